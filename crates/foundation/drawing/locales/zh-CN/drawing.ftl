# 流程图
drawing-label = 流程图
drawing-label-of = 流程图：{ $name }
drawing-as-text = 图的文字版
drawing-element = 环节
drawing-kind = 类型
drawing-leads-to = 通向
drawing-mark = 标记
drawing-comma = ，
drawing-title = { $kind }：{ $name }
drawing-kind-with-trigger = { $kind }（{ $trigger }）
drawing-laid-out = 文件里没有图的位置，由系统自动排布。
drawing-laid-out-some = 有 { $n } 个图形在文件里没有可用的位置，由系统自动排布在图的下方。
drawing-left-out = 图太大：只画了前 { $most } 个图形，另有 { $n } 个图形或连线没有画出。
drawing-unlisted = 文字版另有 { $n } 行没有列出。
drawing-empty = 文件里没有可以画的环节。
drawing-count = { $n } 件
drawing-heat-few = { $figure }，件数太少，不分档

# 走到哪一步
drawing-state-done = 已办
drawing-state-here = 在这里
drawing-state-failed = 出错
drawing-state-overdue = 逾期
drawing-state-ahead = 未到

# 版本比较的标记
drawing-change-added = 新增
drawing-change-removed = 删去
drawing-change-changed = 修改
drawing-change-moved = 移动

# 图形的类型
drawing-kind-process = 流程
drawing-kind-pool = 参与方
drawing-kind-lane = 泳道
drawing-kind-task = 任务
drawing-kind-user-task = 用户任务
drawing-kind-service-task = 服务任务
drawing-kind-send-task = 发送任务
drawing-kind-receive-task = 接收任务
drawing-kind-manual-task = 人工任务
drawing-kind-rule-task = 业务规则任务
drawing-kind-script-task = 脚本任务
drawing-kind-call = 调用活动
drawing-kind-sub-process = 子流程
drawing-kind-event-sub-process = 事件子流程
drawing-kind-transaction = 事务子流程
drawing-kind-ad-hoc = 即席子流程
drawing-kind-start-event = 开始事件
drawing-kind-catch-event = 中间捕获事件
drawing-kind-throw-event = 中间抛出事件
drawing-kind-boundary-event = 边界事件
drawing-kind-boundary-event-beside = 非中断边界事件
drawing-kind-end-event = 结束事件
drawing-kind-exclusive-gateway = 排他网关
drawing-kind-inclusive-gateway = 包容网关
drawing-kind-parallel-gateway = 并行网关
drawing-kind-complex-gateway = 复杂网关
drawing-kind-event-gateway = 事件网关
drawing-kind-choreography = 编排活动
drawing-kind-data = 数据对象
drawing-kind-data-input = 数据输入
drawing-kind-data-output = 数据输出
drawing-kind-store = 数据存储
drawing-kind-remark = 文字注释
drawing-kind-group = 分组
drawing-kind-conversation = 会话
drawing-kind-flow = 顺序流
drawing-kind-default-flow = 默认流
drawing-kind-conditional-flow = 条件流
drawing-kind-message-flow = 消息流
drawing-kind-association = 关联
drawing-kind-data-flow = 数据关联

# 事件的触发
drawing-trigger-message = 消息
drawing-trigger-timer = 定时
drawing-trigger-signal = 信号
drawing-trigger-conditional = 条件
drawing-trigger-error = 错误
drawing-trigger-escalation = 升级
drawing-trigger-compensation = 补偿
drawing-trigger-cancel = 取消
drawing-trigger-link = 链接
drawing-trigger-terminate = 终止
drawing-trigger-multiple = 任一触发
drawing-trigger-parallel = 全部触发
drawing-trigger-other = 另行定义
