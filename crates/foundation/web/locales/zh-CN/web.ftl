# Texts of the web crate. Both languages hold the same keys; a test compares them.

# The frame
name = 清源
synthetic-name = 演示数据
synthetic-text = 本节点自带的机关、岗位、企业和事项由程序生成，不对应任何真实对象。
frame-skip = 跳到正文
frame-inside = 内网工作台
frame-search = 搜索
frame-search-hint = 事项、机关、编号、指标
frame-palette = 命令
frame-palette-hint = 去哪里，做什么
frame-palette-none = 没有这样的去处
frame-posts = 以哪个岗位办理
frame-language = 语言
frame-theme = 显示
theme-device = 跟随设备
theme-light = 浅色
theme-dark = 深色
frame-sign-out = 退出
frame-settings = 设置
frame-menu = 菜单
frame-menu-close = 收起菜单
frame-rail = 章节
frame-mine = 件待我办
frame-doors = 公共服务
frame-foot = 说明
trail-label = 位置
asof = 截至 { $at }
design-title = 组件样例
design-lead = 每个组件的每种状态。内容由程序生成。

# Lights and seals
light-done = 办结
light-waiting = 待办理
light-unverified = 未核验
light-refused = 不予受理
light-notice = 提醒
light-yellow = 黄牌
light-red = 红牌
seal-spoken = 台账记录
seal-awaiting = 待检查点
seal-unwitnessed = 未见证
seal-erased = 依法清除

# Clocks
clock-left = 剩 { $days }
clock-today = 今日到期
clock-overdue = 逾期 { $days }
clock-stopped = 已中止
clock-ended = 已办结
clock-ended-late = 超期 { $days }办结
clock-cannot = 时钟不能启动：{ $why }。没有计时，这一步不能继续。

# States
state-loading = 正在计算，约 { $n } 秒
state-broken = 出错了，编号 { $reference }
state-broken-again = 请再试一次。仍不行，请把编号告诉系统管理员。
state-no-permission = 这一页需要“{ $duty }”职责。
state-no-permission-post = 您现在以{ $post }登录；可换岗，或请{ $grantor }授予。
state-refused = 没有办成。
state-not-found = 没有这一页，或者这一页不对您的岗位开放。
state-not-found-next = 请检查地址，或从章节进入。

# Tables and filters
table-choose = 选择
table-choose-row = 选择 { $name }
table-chosen = 已选
table-pages = 翻页与导出
table-previous = 上一页
table-next = 下一页
table-range = 共 { $total } 行，显示第 { $first }–{ $last } 行
table-range-at-least = { $total } 行以上，显示第 { $first }–{ $last } 行
table-range-none = 没有符合条件的行
filter-any = { $field }：全部
filter-chip = { $field }：{ $value }
filter-remove = 去掉这个条件
filter-clear = 清除条件
filter-apply = 筛选
filter-open = 筛选
filter-close = 完成
filter-count = 符合 { $n } 行
filter-hides-late = 条件隐藏了 { $n } 件逾期事项
export-kind = 数据性质

# Forms
field-optional = 可不填
field-limit = 最多 { $n } 个字。
form-errors = 还有 { $n } 处要改
form-error-line = { $label }：{ $error }
stepper-text = 第 { $n } 步，共 { $of } 步：{ $name }
stepper-saved = { $at } 已存草稿
upload-limits = { $kinds }，每个不超过 { $size }。
upload-received = { $size } · 已收，校验码 { $digest }
upload-replace = 换一个

# Reasons, outcomes, charts
evidence-precision = 精度 **{ $share }**　既往 { $verdicts } 件中 { $confirmed } 件属实
evidence-precision-few = 只有 { $n } 件结论，不足 10 件，不计算精度
outcome-raised = 提示
outcome-not-raised = 未提示
outcome-insufficient = 数据不足
outcome-not-applicable = 不适用
outcomes-sum = 合计
outcomes-checked = 已核对
outcomes-incident = 这次运行对不上账，不显示结果。
outcomes-incident-why = 四种结果合计 { $sum }，应为 { $expected }。
outcomes-incident-next = 请系统管理员查看运行日志，再重跑。
peers-summary = 同类 n = { $n }，中位数 { $median }。
peers-few = 同类只有 { $n } 个，不足 10 个，不算中位数。
peers-below = 左端外还有 { $n } 个。
peers-above = 右端外还有 { $n } 个。
columns-numbers = 数据表
columns-explore = 细看
columns-period = 月份
process-line = 过程时间线，间隔按自然日，不按比例
process-no-date = 没有日期
diff-added = 新增：
diff-removed = 删去：

# Quarantine
quarantine-caption = 隔离的行
quarantine-reason = 原因
quarantine-line = 行
quarantine-path = 位置
quarantine-value = 原值
quarantine-mend = 怎样改
quarantine-cut = 另有 { $n } 个字未显示

# Sign-in
frame-account = 我的账号
sign-in-title = 登录
sign-in-lead = 用本人的账号登录。一个账号只归一个人。
sign-in-name = 账号
sign-in-password = 密码
sign-in-code = 动态码
sign-in-code-help = 验证器里的六位数字，或一个恢复码
sign-in-second-title = 第二步验证
sign-in-second-lead = 密码正确。请再出示您的第二因素。
sign-in-second-act = 继续
sign-in-second-back = 重新登录
sign-in-second-lost = 手机和恢复码都不在手边时，请安全管理员取消您的第二因素。
sign-in-act = 登录
sign-in-recorded = 登录会记录时间、岗位和网络地址；密码不记录。
sign-in-demo = 演示账号
sign-in-role = 岗位
sign-in-passkey = 用通行密钥登录
passkey-stopped = 没有完成：可能已取消、超时，或这台设备上没有本系统的通行密钥。
passkey-without = 通行密钥需要脚本和支持它的浏览器。
sign-in-provider = 用{ $name }登录
sign-in-provider-going = 正在前往
sign-in-provider-going-lead = 如果没有自动跳转，请点下面的链接。
sign-in-provider-go = 继续
sign-in-provider-goes-on = 已退出本系统。在{ $name }的登录仍然有效：公用电脑请到那里也退出。
sign-in-provider-not-in = 没有登录
sign-in-provider-not-bound = 没有绑定
sign-in-provider-to-sign-in = 回登录页
sign-in-provider-to-account = 回到账号
severity-1 = 提示
severity-2 = 较强
severity-3 = 法定
