# 部署和执行前的检查
flow-flow01 = 表达式的语言不是 FEEL：{ $about }
flow-flow01-mend = 改用 FEEL 书写，或者不写语言。
flow-flow02 = 表达式不可用：{ $about }（{ $why ->
    [syntax] 不符合 FEEL 语法：{ $what }
    [unknown-name] 名称“{ $what }”没有声明
    [clock] “{ $what }()”读取了时钟，请用变量 today、now
    [external-function] 函数“{ $what }”定义在 FEEL 之外
    [function-as-value] 函数“{ $what }”被当作值使用
    [text-too-long] 表达式过长
    [too-deep] 嵌套过深
   *[other] 没有写明，或者无法读取
}）
flow-flow02-mend = 更正表达式；名称须声明为数据对象、属性或者 qy:local。
flow-flow03 = 脚本不是 FEEL：{ $about }
flow-flow03-mend = 将 scriptFormat 设为 text/feel 并用 FEEL 书写；其他语言的工作用服务任务。
flow-flow04 = 服务任务“{ $about }”没有写明由哪一类工作程序完成
flow-flow04-mend = 写明 qy:type，即完成它的工作程序类别。
flow-flow05 = 人工任务“{ $about }”没有人可以办理
flow-flow05-mend = 在 qy:candidates 中写明岗位，或者为所在泳道写明 qy:post。
flow-flow06 = 决策任务“{ $about }”没有写明决策
flow-flow06-mend = 在 qy:decision 中写明决策的名称。
flow-flow07 = 调用活动“{ $about }”没有写明调用哪一流程
flow-flow07-mend = 在 calledElement 中写明流程或者全局任务。
flow-flow08 = 本引擎不执行这种元素：{ $about }
flow-flow08-mend = 改用可以执行的元素；编排图改画为泳池和消息流。
flow-flow09 = 定时不是时刻、时长或者重复周期：{ $about }
flow-flow09-mend = 按 ISO 8601 写时刻、时长或者重复周期，例如 2026-03-01T08:00:00、PT10M、R3/P1D，或者写给出其一的 FEEL 表达式。
flow-flow10 = 消息、信号或者链接没有可以匹配的名称：{ $about }
flow-flow10-mend = 写明名称；链接须在同一层级有同名的捕获事件。
flow-flow11 = 没有任何路径到达“{ $about }”
flow-flow11-mend = 接入流程，或者删去。
flow-flow12 = “{ $about }”所在的环路没有任何等待，会一直循环
flow-flow12-mend = 在环路中加入会等待的元素，或者能够离开的条件。
flow-flow13 = 数值不可用：{ $about }
flow-flow13-mend = 写 1 至 1000 的整数；多实例活动须写次数或者集合。
flow-flow14 = { $why } 指向的任务不存在：{ $about }
flow-flow14-mend = 写本流程中任务的 id。
flow-flow15 = 这些文件中没有“{ $why }”所用的决策：{ $about }
flow-flow15-mend = 一并部署含有这一决策的 .dmn 文件；绑定为 latest 或者 valid 的，可以另行部署。
flow-flow16 = 时钟无法读取，或者所在位置不计时：{ $about }
flow-flow16-mend = 在流程或者活动上写一个 qy:clock，写明 law、statutory、article；条文不是只写“日”的，还要写 unit（working-days、calendar-days、hours）；活动可以只写 promised。事件本身没有时限：改用接收任务，或者在外面加一个子流程来计时。
flow-flow17 = 承诺时限长于法定时限：{ $about }
flow-flow17-mend = 承诺时限不得长于法定时限。
flow-flow18 = 各环节时限之和超过整件事项的时限：{ $about }
flow-flow18-mend = 缩短环节时限，合计不得超过事项的承诺时限。
flow-flow19 = 时限为零：{ $about }
flow-flow19-mend = 时限至少写 1。
flow-flow20 = 这一时限所依的法律不因补正中止计时：{ $about }
flow-flow20-mend = 材料补齐后重新起算的，写 supplement="anew"，否则写 supplement="none"。
flow-flow21 = 这里的 qy:on 不会引起任何事：{ $about }
flow-flow21-mend = 在流程本身的一个事件子流程上写 qy:on="withdraw"。
flow-flow22 = 从这里不能退回到“{ $about }”
flow-flow22-mend = 写同一层级或者外层的活动；事件子流程和补偿活动不能退回。
flow-flow23 = 另一文件中已有流程“{ $about }”：{ $why }
flow-flow23-mend = 改用不同的 id，或者只部署其中一个文件。
flow-flow24 = 从“{ $about }”出发没有路可以走到结束。走到那里的路：{ $what }
flow-flow24-mend = 从那里画一条到结束事件的路，或者加一个能结束它的事件。
flow-flow25 = “{ $about }”可能一直等待一条没有走的路。会这样发生：{ $what }
flow-flow25-mend = 用什么网关分开，就用什么网关汇合：排他分开的用排他网关汇合，并行分开的用并行网关汇合，相容分开的用相容网关汇合。
flow-flow26 = “{ $about }”之后的工作可能做几次，因为几条路在这里汇到一起而不互相等待。会这样发生：{ $what }
flow-flow26-mend = 先用并行或者相容网关汇合；后面的工作本来就是每条路各做一次的，不必改。
flow-flow27 = 可以退回“{ $about }”，{ $why ->
    [aside] 但从那里再也走不回来：{ $what }
   *[stuck] 之后汇合处可能一直等待，因为退回会结束同时进行的其他路。会这样发生：{ $what }
}
flow-flow27-mend = 退回到本环节之前的环节；几条路并行的，只从同一条路上退回路中的环节，否则退回到分开之前的环节。
flow-flow28 = { $about } 在这里不起作用
flow-flow28-mend = 发出的消息用 qy:in 带入值，等待的消息用 qy:out 取出值，活动两者都可以用；其他地方的请删去。
flow-flow29 = 几个人分别填写 { $about }，后填的会盖掉先填的
flow-flow29-mend = 用 qy:consent 写明表上哪一项是同意：每人的意见各自留存，按规则得出一个结果；或把各人的结果收成清单。

# 不能办理的原因
refusal-flow-started = 这一实例已经启动。
refusal-flow-started-next = 请另起一件。
refusal-flow-not-active = 这一实例已经结束、暂停或者并案，现在不能办理。
refusal-flow-not-active-next = 已暂停或者并案的，请先恢复或者拆分。
refusal-flow-no-process = 没有流程 { $process }。
refusal-flow-no-process-next = 请先部署这一流程，或者改写名称。
refusal-flow-no-start = 这一流程不能这样启动。
refusal-flow-no-start-next = 请用流程中有的开始事件启动。
refusal-flow-gone = { $what ->
    [wait] 等待的事项
    [timer] 定时
    [job] 作业
    [task] 任务
    [call] 调用
    [scope] 范围
    [incident] 异常
    [clock] 时钟
    [rung] 时钟的这一节点
    [supplement] 补正通知
   *[other] 所指事项
} { $number } 不存在，或者已经办结。
refusal-flow-gone-next = 请看这件事项现在的情况。
refusal-flow-not-due = 时间未到。
refusal-flow-not-due-next = 到时再办。
refusal-flow-leased = 作业已由另一工作程序领取。
refusal-flow-leased-next = 请等待其完成或者租期届满。
refusal-flow-held = 任务已由他人领取。
refusal-flow-held-next = 请等待其放回，或者由负责人改派。
refusal-flow-not-held = 任务不在其手中。
refusal-flow-not-held-next = 请先领取任务。
refusal-flow-separate = 办理过“{ $element }”的人不得办理这一任务。
refusal-flow-separate-next = 请由他人办理。
refusal-flow-same = 这一任务只能由办理“{ $element }”的人办理。
refusal-flow-same-next = 请由其办理。
refusal-flow-signed = 这次会签（“{ $element }”）您已经签过，或者手上还有一份：同一人不算两个意见。
refusal-flow-signed-next = 请由他人签署。
refusal-flow-no-return = 任务不能退回到“{ $element }”。
refusal-flow-no-return-next = 请退回到流程允许的环节。
refusal-flow-unarmed = { $why ->
    [no_calendar] 没有 { $year } 年的工作日历，时限无法计算。
    [no_budget] 时限为零，无法计算。
    [too_far] 时限的终点超出日历范围。
    [promise_beyond_law] 承诺时限到 { $promised }，晚于法定时限 { $statutory }。
    [disordered] 时钟的中止记录次序有误。
    [unfounded] 时钟的中止没有法定事由或者凭证。
   *[other] 时限无法计算。
}
refusal-flow-unarmed-next = 请装入该年日历，或者改正时限；没有计时不能办理。
refusal-flow-clock = { $why ->
    [finished] 时钟已经结束。
    [already_suspended] 时钟已经中止。
    [not_suspended] 时钟没有中止。
    [still_suspended] 时钟仍在中止。
    [unlawful_cause] 这一时限所依的法律不因这一事由中止计时。
    [no_voucher] 没有写明凭证文号。
    [too_early] 时间早于时钟已有的记录。
   *[other] 时钟不允许这样办理。
}
refusal-flow-clock-next = 请核对时钟现在的情况、事由和凭证文号。
refusal-flow-supplement = 补正通知（{ $number }）还没有答复。
refusal-flow-supplement-next = 请等待申请人答复或者期满；需要补正的内容应当一次告知。
refusal-flow-no-takeback = 不是其办结的，或者下一环节已有人领取，不能撤回。
refusal-flow-no-takeback-next = 请联系下一环节的办理人退回。
refusal-flow-withdrawing = 撤回已在办理。
refusal-flow-withdrawing-next = 请等待办理结果。
refusal-flow-not-merged = 这件事项没有并案。
refusal-flow-not-merged-next = 不需要拆分。
refusal-flow-no-move = 这一异常没有可以移到“{ $element }”的令牌。
refusal-flow-no-move-next = 请选同一层级的其他元素，或者重试、取消。
refusal-flow-one-officer = 移动须有两人：提出的人不得自己批准。
refusal-flow-one-officer-next = 请由他人批准。
refusal-flow-not-suspended = 这一实例没有暂停。
refusal-flow-not-suspended-next = 不需要恢复。
refusal-flow-not-choosable = 现在不能选择“{ $element }”。
refusal-flow-not-choosable-next = 请选择尚未开始的活动；依次进行的，请等前一项结束。
refusal-flow-unmapped = 新版本没有编号和种类都相同的对应：{ $elements }。
refusal-flow-unmapped-next = 请指明新版本里由哪些元素和连线对应。
refusal-flow-blocked = 不能迁到新版本：{ $elements }。
refusal-flow-blocked-next = 请看试迁移逐条给出的处理办法，或让它按原版本办完。
refusal-flow-not-migrated = 没有可以撤销的版本迁移。
refusal-flow-not-migrated-next = 请再迁一次，迁到应当遵循的版本。
refusal-flow-touched = 迁移不能再撤销：此后 { $elements } 已有动作。
refusal-flow-touched-next = 请再迁一次，迁到应当遵循的版本。

flow-migration-fits = 可以迁移。
flow-migration-needs-mapping = 请指明 { $elements } 在新版本里的对应。
flow-migration-blocked = 不能迁移。
flow-migration-over = 已经结束，不迁移。
flow-migration-no-process = 新版本里没有这个流程。
flow-migration-blocked-no-target = “{ $element }”指定对应“{ $about }”，新版本里没有
flow-migration-blocked-no-target-mend = 请对应到新版本里有的元素或连线
flow-migration-blocked-kind = “{ $element }”上正在进行的工作不能变成另一种类继续
flow-migration-blocked-kind-mend = 等它办完，或对应到同一种类的元素
flow-migration-blocked-rounds = “{ $element }”的多实例已经开始，次序和表示同意的那一项不能改变
flow-migration-blocked-rounds-mend = 等它办完，或保持原样
flow-migration-blocked-nesting = “{ $element }”在新版本里所处的层级不能补开，或移到了外层
flow-migration-blocked-nesting-mend = 保持层级不变，或外面只套只办一次的子流程
flow-migration-blocked-crowded = “{ $element }”要去的地方不止一个令牌
flow-migration-blocked-crowded-mend = 请各自对应到不同的元素
flow-migration-blocked-join = 令牌会在“{ $element }”等不来其他分支
flow-migration-blocked-join-mend = 请对应到分支之前的元素，或等汇合之后再迁
flow-migration-blocked-clock = “{ $element }”的时钟不能启动（{ $about }）
flow-migration-blocked-clock-mend = 请装入日历、改正时限，或保留原来的时钟
