# Texts of electronic supervision. Both languages hold the same keys; a test compares them.

# 菜单
supervision-menu-cockpit = 工作台
supervision-menu-queue = 电子监察

# 工作台
supervision-cockpit = 工作台
supervision-cockpit-no-warnings = 您的岗位不办理预警。这里只列监督覆盖。
supervision-today-nothing = 今天没有等您办的事
supervision-today-calm = 今天没有到期的事
supervision-today-first = 今天先办 { $n } 件
supervision-today-lead = 等您办的：已逾期 { $late } 件，今日到期 { $today } 件；另有 { $rest } 件在限期内。
supervision-to-queue = 看队列
supervision-begin = 开始第一件
supervision-waits = 等我办
supervision-waits-note = { $n } 件，按到期与重要程度排列
supervision-waits-all = 全部队列
supervision-waits-none = 没有等您办的预警。
supervision-waits-none-next = 新的预警派到您的岗位，或机关作了答复，会出现在这里。
supervision-coverage-title = 监督覆盖
supervision-recorded = 已记录的行为
supervision-supervised = 已受监督的行为
supervision-coverage = 覆盖
supervision-covered = 逐条对齐，无缺口
supervision-covered-behind = 还有 { $n } 条正在监督
supervision-coverage-foot = 按台账序号逐条监督；接入系统之前和系统之外的行为不在其中。
supervision-standing = 预警现状
supervision-standing-note = 您看得到的共 { $n } 件
supervision-late = 已逾期
supervision-months = 预警与办结，近十二个月
supervision-unit-warnings = 件
supervision-closed-in-month = 当月办结
supervision-until-day = 至 { $n } 日
supervision-months-foot = 按提示当月和现在的级别计；办结含以前月份提示的。本月未满，以浅色表示。
supervision-download-csv = 下载 CSV
supervision-precision = 规则可靠吗
supervision-column-rule = 指标
supervision-column-confirmed = 属实
supervision-column-range = 95% 区间
supervision-of-verdicts = { $n } 件结论
supervision-precision-none = 还没有哪条规则满 10 件结论。
supervision-precision-none-next = 作出结论后，这里按规则列出属实比例和区间。
supervision-precision-foot = 最低的在前。另有 { $n } 条规则结论不足 10 件，不计算。
supervision-medians = 机关说明用时
supervision-working-days = 工作日
supervision-seven-months = 近七个月
supervision-column-median = 中位数
supervision-column-p95 = 95% 以内
supervision-column-promise = 期限
supervision-column-n = 件数
supervision-over = 超
supervision-medians-none = 近七个月没有满 10 件说明的机关。
supervision-medians-none-next = 满 10 件后按机关列出。
supervision-medians-foot = 另有 { $n } 个机关不足 10 件，不列。

# 队列
supervision-queue = 核查队列
supervision-queue-lead = 红旗只表示需要有人看一看，不是结论。
supervision-export-xlsx = 导出 XLSX
supervision-tabs = 阶段
supervision-tab-open = 未结
supervision-quota = 在手 **{ $held }** / { $quota } 件
supervision-filter-organ = 机关
supervision-filter-rule = 指标
supervision-filter-min = 金额
supervision-filter-light = 级别
supervision-filter-late = 逾期
supervision-filter-mine = 我承办的
supervision-filter-group = 归组
supervision-group-organ = 按机关
supervision-group-note = 按各机关预警中的最高分排序
supervision-yes = 是
supervision-sort-note = 默认按筛查分数排序：金额、独立理由数与规则精度
supervision-assign-chosen = 派给…
supervision-bulk-note = 逐件留痕：每件一次行为。
supervision-queue-foot = 已有合理解释且事实未变的提示不再进队，仍计入运行报告。
supervision-queue-empty = 这一阶段没有预警。
supervision-queue-empty-next = 筛查提示后转为预警；导入数据并运行筛查可产生提示。
supervision-queue-empty-filtered = 没有符合条件的预警。
supervision-queue-empty-filtered-next = 去掉一个条件再看，或换一个阶段。
supervision-column-light = 级别
supervision-column-subject = 对象
supervision-column-matter = 事项与缘由
supervision-column-do = 要我做
supervision-column-reasons = 理由
supervision-column-amount = 金额
supervision-column-state = 状态与承办
supervision-column-clock = 时钟
supervision-column-number = 编号
supervision-column-stage = 阶段
supervision-column-subject-kind = 对象类别
supervision-column-subject-key = 对象标识
supervision-column-late = 已逾期
supervision-column-warnings = 预警
supervision-column-organ = 机关
supervision-column-unit = 监督单位
supervision-column-inspector = 承办人
supervision-column-codes = 指标
supervision-column-score = 分数
supervision-column-currency = 币种
supervision-column-raised = 提示时间
supervision-column-due = 到期
supervision-column-outcome = 结果
supervision-column-month = 月份
supervision-column-why-not = 为什么没有派
supervision-unknown = 未知
supervision-nobody = 未派
supervision-nobody-more = 已办结
supervision-reasons-more = { $second }，另 { $n } 条

# 分派
supervision-assign-title = 把 { $n } 件派给谁
supervision-assign-none = 没有选中任何一件。
supervision-assign-none-next = 请回到队列，勾选要派的预警。
supervision-chosen = 已选的预警
supervision-assign-to = 派给
supervision-inspector-holds = { $name }（在手 { $held } 件）
supervision-assign-button = 派出
supervision-not-now = 先不派
supervision-assign-refused = 有几件没有派出
supervision-assign-partly = 已派出 { $done } 件，{ $refused } 件没有派出。
supervision-no-inspector = 本单位今天没有在任的监督岗。请安全管理员任命，或报上级监督单位。
supervision-assign = 分派

# 阶段、要做的事、结果、对象
supervision-stage-dispatched = 待派
supervision-stage-checking = 核查中
supervision-stage-asked = 待说明
supervision-stage-correcting = 整改中
supervision-stage-corrected = 待验收
supervision-stage-appealed = 申诉中
supervision-stage-closed = 已结
supervision-do-dispatched = 派给核查人
supervision-do-take = 承办，或者等主任分派
supervision-do-checking = 核查并作出结论
supervision-do-asked = 向监督单位说明
supervision-do-correcting = 整改，或者申诉
supervision-do-corrected = 验收或者退回
supervision-do-appealed = 裁定申诉
supervision-do-closed = 没有要做的
supervision-outcome-corrected = 已整改
supervision-outcome-explained = 已说明
supervision-outcome-refuted = 不属实
supervision-outcome-withdrawn = 申诉成立
supervision-kind-process = 采购过程
supervision-kind-buyer = 采购人
supervision-kind-supplier = 供应商
supervision-kind-pair = 两家供应商
supervision-kind-group = 一组供应商
supervision-kind-market = 一类市场
supervision-kind-import = 一次导入
supervision-kind-act = 一次行为
supervision-kind-log = 账本

# 预警页
supervision-why-flagged = 为什么提示
supervision-why-note = { $n } 条理由
supervision-judged-as-of = 判断依据截至{" "}
supervision-why-foot = 提示是请人核实的理由，不是结论。
supervision-range = 95% 区间 { $low }–{ $high }。
supervision-method = 方法与样例
supervision-light-late = { $light } · 逾期
supervision-fact-organ = 机关 { $organ }
supervision-fact-unit = 监督单位 { $unit }
supervision-recorded-as = 已记录
supervision-see-subject = 看对象
supervision-to-forms = 现在办理
supervision-turn = 轮到谁
supervision-turn-now = 现在
supervision-turn-stage = 阶段
supervision-turn-do = 要做
supervision-you = { $name }（你）
supervision-due-on = { $day } 到期
supervision-clock-note = 期限 { $term }，由本级监督机关设定。
supervision-clock-foot = 逾期报上一级监督单位，级别升一级。
supervision-said-explained = 机关的说明
supervision-said-corrected = 机关的整改
supervision-said-appealed = 机关的申诉
supervision-said-foot = 与提示并列展示，核查人必须回应。
supervision-line = 经过
supervision-line-note = { $n } 次行为
supervision-did-erased = 依法抹除了行为 { $index } 中的文字
supervision-glass-did-erased = 依法抹除了较早行为中的文字
supervision-named-only-help = 只有下列人员和持有单位的主任知悉
supervision-class-grounds = 定密的理由
supervision-class-grounds-help = 写明依据的法律或者规定。
supervision-classify = 定密与知悉范围
supervision-classify-button = 确定
supervision-classify-after = 未列入的人员自此看不到这条预警，列表、检索、导出中也没有。要请机关说明的，须列入该机关的人员。
supervision-did-classified = 密级定为{ $class }，知悉范围：{ $open }
supervision-did-source-classified = 数据来源重新定密，预警密级为{ $class }，知悉范围：{ $open }
supervision-open-to-heads = 仅限承办单位负责人
refusal-supervision-no-such-class = 预警只能定为内部或者工作秘密，且不高于本岗位的知密范围。
refusal-supervision-nothing-changes = 密级和知悉范围与现在相同。
refusal-supervision-opener-than-source = 预警引用的数据来源密级更高，或者知悉范围更小。
supervision-quoted = ：“{ $text }”
supervision-quoted-proposed = 。提出时写明的理由：“{ $text }”
supervision-open = 待定
supervision-by-system = 系统按规则
supervision-did-raised = 规则提示，{ $n } 条理由，派至{ $unit }
supervision-did-added = 再次筛查，理由增至 { $n } 条
supervision-did-assigned = 派给{ $inspector }，期限 { $term }
supervision-did-asked = 请机关说明，期限 { $term }
supervision-did-explained = 机关作出说明
supervision-did-concluded = 作出结论：属实 { $confirmed }，已说明 { $explained }，不属实 { $refuted }
supervision-did-corrected = 机关报告整改
supervision-did-returned = 整改退回
supervision-did-accepted = 整改通过，办结
supervision-did-appealed = 机关提出申诉
supervision-did-revoked = 申诉成立，结论撤销，办结
supervision-did-upheld = 申诉不成立，继续整改
supervision-did-passed-up = “{ $stage }”逾期，报{ $unit }
supervision-not-done = 没有提交。{ $why } { $next }

# 表单
supervision-choose = 请选择
supervision-take = 承办这一件
supervision-take-button = 由我承办
supervision-take-after = 承办后由您核查并作出结论，申诉由他人裁定。
supervision-conclude = 我的结论
supervision-verdict-confirmed = 属实
supervision-verdict-confirmed-means = 事实成立，且没有合法理由，转机关整改
supervision-verdict-explained = 已说明
supervision-verdict-explained-means = 事实成立，理由充分
supervision-verdict-refuted = 不属实
supervision-verdict-refuted-means = 数据或规则有误，计入规则的精度
supervision-verdict-missing = 请为这一条作出结论。
supervision-grounds = 理由
supervision-grounds-help = 公开给机关，不公开给社会。
supervision-conclude-button = 提交结论
supervision-conclude-after = 每条理由各有结论；全部不属实或者已说明即办结。申诉不由您裁定。
supervision-ask = 请机关说明
supervision-question = 要机关说明什么
supervision-question-help = 一次问全，写明要什么材料。
supervision-ask-button = 发给机关
supervision-explain = 轮到您：说明
supervision-explanation = 说明
supervision-explanation-help = 与提示并列展示，监督单位必须回应。
supervision-explain-button = 提交说明
supervision-correct = 轮到您：整改
supervision-measures = 做了什么
supervision-measures-help = 逐条对应结论，写明日期和凭证。
supervision-correct-button = 报告整改
supervision-appeal = 不同意结论
supervision-appeal-grounds = 申诉理由
supervision-appeal-help = 由作出结论者以外的人裁定；裁定前不必整改。
supervision-appeal-button = 提出申诉
supervision-accept = 验收整改
supervision-note = 依据
supervision-note-help = 写明看了什么，为什么通过。
supervision-accept-button = 验收通过
supervision-return = 退回整改
supervision-why = 还缺什么
supervision-why-help = 逐条写明，机关据此重做。
supervision-return-button = 退回
supervision-decide = 裁定申诉
supervision-decision = 裁定
supervision-decision-uphold = 维持结论
supervision-decision-uphold-means = 机关继续整改
supervision-decision-revoke = 撤销结论
supervision-decision-revoke-means = 预警办结，属实的改计为不属实
supervision-decision-help = 公开给机关和核查人。
supervision-decide-button = 提交裁定

# 为什么没有办成
refusal-supervision-closed = 这件预警已经办结。
refusal-supervision-closed-next = 如有新情况，等下一次筛查提示，或另行报告。
refusal-supervision-wrong-stage = 这件预警{ $stage ->
     [dispatched] 还没有派出
     [checking] 正在核查
     [asked] 正等机关说明
     [correcting] 正在整改
     [corrected] 正等验收
     [appealed] 正在申诉
    *[other] 已经办结
   }，现在不能这样办。
refusal-supervision-wrong-stage-next = 请看“轮到谁”，按现在的阶段办理。
refusal-supervision-not-your-unit = 这件预警由另一个监督单位办理。
refusal-supervision-not-your-unit-next = 请换到该单位的岗位，或者联系该单位。
refusal-supervision-not-the-inspector = 只有承办人可以这样办。
refusal-supervision-not-the-inspector-next = 请承办人办理，或请监督室主任改派。
refusal-supervision-not-your-organ = 这件预警涉及另一个机关。
refusal-supervision-not-your-organ-next = 请由该机关的承办人办理。
refusal-supervision-no-organ = 记录里没有本节点的机关，没有可以询问的对象。
refusal-supervision-no-organ-next = 请直接核查并作出结论。
refusal-supervision-own-conclusion = 作出结论的人不能裁定对该结论的申诉。
refusal-supervision-own-conclusion-next = 请由本单位其他有此职责的人裁定。
refusal-supervision-quota-reached = 承办人在手 { $held } 件，已达上限 { $quota } 件。
refusal-supervision-quota-reached-next = 先办结在手的，或派给其他人。
refusal-supervision-text-missing = { $field ->
     [question] 要机关说明什么
     [explanation] 说明
     [grounds] 理由
     [measures] 做了什么
     [note] 依据
     [why] 还缺什么
    *[other] 内容
   }没有填写。
refusal-supervision-text-missing-next = 请写明后再提交。
refusal-supervision-text-too-long = { $field ->
     [question] 要机关说明什么
     [explanation] 说明
     [grounds] 理由
     [measures] 做了什么
     [note] 依据
     [why] 还缺什么
    *[other] 内容
   }有 { $length } 字，上限 { $limit } 字。
refusal-supervision-text-too-long-next = 请缩短到要点；详细材料另附。
refusal-supervision-verdicts-missing = { $wanted } 条理由中只有 { $given } 条有结论。
refusal-supervision-verdicts-missing-next = 请为每一条理由作出结论。
refusal-supervision-not-overdue = 这件预警还没有逾期。
refusal-supervision-not-overdue-next = 到期后自动报上一级。
refusal-clock-no-calendar = 没有 { $year } 年的工作日历，时钟不能启动。
refusal-clock-no-calendar-next = 请系统管理员装入该年的日历后再办；没有计时，这一步不能继续。
refusal-clock-no-budget = 这一步的期限是零，时钟不能启动。
refusal-clock-no-budget-next = 请系统管理员改正时限设置。
refusal-clock-too-far = 期限超出了日历的范围。
refusal-clock-too-far-next = 请系统管理员改正时限设置。
refusal-clock-promise-beyond-law = 承诺的期限到 { $promised }，晚于法定的 { $statutory }。
refusal-clock-promise-beyond-law-next = 请系统管理员改正承诺时限。
refusal-clock-disordered = 时钟的中止记录前后不合。
refusal-clock-disordered-next = 请把编号告诉系统管理员。
refusal-clock-unfounded = 时钟的一次中止没有法定理由。
refusal-clock-unfounded-next = 请补上依据和凭证。
supervision-found = 预警
supervision-hand-over = 换人承办
supervision-hand-over-note = 原承办人回避；阶段和期限不变
supervision-recusal = 回避
supervision-recused = 已回避：{ $names }。回避期间对本件的任何办理都不受理。
supervision-recuse-reason = 回避理由
supervision-recuse-help = 与本件的关系，或其他可能影响公正的情形；留存在案
supervision-recuse-button = 申请回避
supervision-recuse-after = 提交即生效；只有监督室主任写明理由才能解除。
supervision-recuse-whom = 谁回避
supervision-recuse-officer-button = 决定回避
supervision-lift-whom = 解除谁的回避
supervision-lift-grounds = 解除的理由
supervision-lift-help = 为什么不再影响公正；留存在案
supervision-lift-button = 解除回避
supervision-at-top = 已逾期，{ $unit }之上没有可以升级的单位：由单位负责人督办，期限不重新起算。
supervision-on-behalf = { $name }（代{ $holder }）
supervision-did-overdue-at-top = { $stage }逾期，上面没有可以升级的单位，转红牌
supervision-did-recused = { $officer }回避
supervision-did-lifted = 解除{ $officer }的回避
supervision-did-handed-over = 改由{ $inspector }承办
refusal-supervision-recused-already = 该人员已经回避。
refusal-supervision-recused-already-next = 不需要再次提交。
refusal-supervision-not-recused = 该人员没有回避。
refusal-supervision-not-recused-next = 请重新打开本页查看。
refusal-separation-recused = 已经回避，不能办理本件。
refusal-separation-recused-next = 由监督室主任另行指派，或写明理由解除回避。
refusal-separation-same-officer = 自己的事项须由另一人决定。
refusal-separation-same-officer-next = 请本单位或上级单位的另一名负责人办理。
supervision-menu-glass = 紧急查阅
supervision-glass = 紧急查阅
supervision-glass-lead = 查阅权限之外的一件预警：写明理由和小时数，由持有该预警的单位负责人（另一人）批准，到时自动结束；每次查阅都记账，并提请申请人的上级监督单位查看。
supervision-glass-of = 查阅 { $number }
supervision-glass-ask = 申请查阅
supervision-glass-after = 批准之前什么也看不到；批准后每打开一次都留下记录。
supervision-glass-mine = 我申请的
supervision-glass-of-unit = 申请查阅本单位预警的
supervision-glass-none = 没有紧急查阅。
supervision-glass-warning = 预警编号
supervision-glass-number-help = 如 W-000123
supervision-glass-grounds = 理由
supervision-glass-grounds-help = 为什么必须现在看这一件；留存在案
supervision-glass-hours = 小时数
supervision-glass-hours-help = 最多 { $most } 小时
supervision-glass-who = 申请人
supervision-glass-stage = 状态
supervision-glass-at = 申请时间
supervision-glass-readings = 已查阅次数
supervision-glass-asked = 待批准
supervision-glass-holds = 查阅期内
supervision-glass-over = 已到期
supervision-glass-refused = 未批准
supervision-glass-until = 查阅到
supervision-glass-facts = 申请
supervision-glass-answer = 答复
supervision-glass-answer-approve = 批准
supervision-glass-answer-refuse = 不批准
supervision-glass-answer-help = 留存在案
supervision-glass-answer-button = 提交答复
supervision-glass-answer-after = 批准即开始计时；申请人的上级监督单位会收到一件预警。
supervision-glass-open = 查阅预警
supervision-glass-reading = 紧急查阅：到 { $until } 为止；这次查阅已记账。
supervision-glass-did-asked = 申请查阅
supervision-glass-did-approved = 批准查阅
supervision-glass-did-refused = 不批准查阅
supervision-glass-did-read = 查阅
refusal-glass-no-such-warning = 没有这个编号的预警。
refusal-glass-no-such-warning-next = 请核对编号，如 W-000123。
refusal-glass-within-reach = 这件预警本来就在您的权限之内。
refusal-glass-within-reach-next = 请直接打开。
refusal-glass-hours = 小时数要在 1 到 72 之间。
refusal-glass-hours-next = 请改写小时数。
refusal-glass-grounds = 缺少理由，或者太长。
refusal-glass-grounds-next = 请写明理由，不超过 4000 字。
refusal-glass-twice = 您对这件预警已有待批准或有效的查阅。
refusal-glass-twice-next = 请在“紧急查阅”里查看。
refusal-glass-decided = 已经答复过了。
refusal-glass-decided-next = 请重新打开本页查看。
refusal-glass-not-your-unit = 这件预警由其他单位持有。
refusal-glass-not-your-unit-next = 由持有它的单位负责人答复。

supervision-told-dispatched = 一件预警等待分派
supervision-told-reasons = 一件预警有了新的理由
supervision-told-assigned = 一件预警交由本人核查
supervision-told-asked = 一件预警请本机关说明
supervision-told-explained = 机关已说明，等待核查结论
supervision-told-to-correct = 一件预警要求本机关整改
supervision-told-closed = 一件预警已结
supervision-told-corrected = 机关报告已整改，等待验收
supervision-told-appealed = 机关提出申诉，等待裁定
supervision-told-appeal-decided = 一件申诉已裁定
supervision-told-passed-up = 一件逾期的预警上报到本机关
supervision-told-overdue = 一件预警逾期，上面已无可上报
supervision-told-access-asked = 有人申请紧急查阅，等待批准
supervision-told-access-answered = 紧急查阅的申请已有答复
refusal-supervision-no-such-class-next = 请另选密级。
refusal-supervision-not-cleared = 该承办人的岗位无权知悉这一密级的预警。
refusal-supervision-not-cleared-next = 请派给有权知悉的承办人。
refusal-supervision-nobody-knows = 被询问机关没有人可以知悉这件预警，询问发出也没有人能看到。
refusal-supervision-nobody-knows-next = 请先由本单位负责人把该机关的人员列入知悉范围，或者调整密级。
refusal-supervision-nothing-changes-next = 不需要再次提交。
refusal-supervision-opener-than-source-next = 请选择不低于来源的密级和来源知悉范围以内的人员，或者先对来源重新定密。
