# Drawings of processes
drawing-label = Diagram
drawing-label-of = Diagram: { $name }
drawing-as-text = Diagram as text
drawing-element = Step
drawing-kind = Kind
drawing-leads-to = Leads to
drawing-mark = Mark
drawing-comma = { ", " }
drawing-title = { $kind }: { $name }
drawing-kind-with-trigger = { $kind } ({ $trigger })
drawing-laid-out = The file has no places for the diagram; it was laid out automatically.
drawing-laid-out-some = { $n ->
    [one] One shape has no usable place in the file; it was laid out automatically below the diagram.
   *[other] { $n } shapes have no usable place in the file; they were laid out automatically below the diagram.
}
drawing-left-out = The diagram is too large: the first { $most } shapes are drawn, { $n } more shapes or lines are not.
drawing-unlisted = { $n ->
    [one] One more row is not listed in the text version.
   *[other] { $n } more rows are not listed in the text version.
}
drawing-empty = The file has no steps that could be drawn.
drawing-count = { $n ->
    [one] 1 matter
   *[other] { $n } matters
}
drawing-heat-few = { $figure }, too few cases for a step of the scale

# How far a matter is
drawing-state-done = Done
drawing-state-here = Here
drawing-state-failed = Failed
drawing-state-overdue = Overdue
drawing-state-ahead = Not yet

# Marks of a comparison
drawing-change-added = Added
drawing-change-removed = Removed
drawing-change-changed = Changed
drawing-change-moved = Moved

# Kinds of shapes
drawing-kind-process = Process
drawing-kind-pool = Participant
drawing-kind-lane = Lane
drawing-kind-task = Task
drawing-kind-user-task = User task
drawing-kind-service-task = Service task
drawing-kind-send-task = Send task
drawing-kind-receive-task = Receive task
drawing-kind-manual-task = Manual task
drawing-kind-rule-task = Business rule task
drawing-kind-script-task = Script task
drawing-kind-call = Call activity
drawing-kind-sub-process = Sub-process
drawing-kind-event-sub-process = Event sub-process
drawing-kind-transaction = Transaction
drawing-kind-ad-hoc = Ad-hoc sub-process
drawing-kind-start-event = Start event
drawing-kind-catch-event = Intermediate catch event
drawing-kind-throw-event = Intermediate throw event
drawing-kind-boundary-event = Boundary event
drawing-kind-boundary-event-beside = Non-interrupting boundary event
drawing-kind-end-event = End event
drawing-kind-exclusive-gateway = Exclusive gateway
drawing-kind-inclusive-gateway = Inclusive gateway
drawing-kind-parallel-gateway = Parallel gateway
drawing-kind-complex-gateway = Complex gateway
drawing-kind-event-gateway = Event-based gateway
drawing-kind-choreography = Choreography activity
drawing-kind-data = Data object
drawing-kind-data-input = Data input
drawing-kind-data-output = Data output
drawing-kind-store = Data store
drawing-kind-remark = Text annotation
drawing-kind-group = Group
drawing-kind-conversation = Conversation
drawing-kind-flow = Sequence flow
drawing-kind-default-flow = Default flow
drawing-kind-conditional-flow = Conditional flow
drawing-kind-message-flow = Message flow
drawing-kind-association = Association
drawing-kind-data-flow = Data association

# What events wait for or throw
drawing-trigger-message = message
drawing-trigger-timer = timer
drawing-trigger-signal = signal
drawing-trigger-conditional = condition
drawing-trigger-error = error
drawing-trigger-escalation = escalation
drawing-trigger-compensation = compensation
drawing-trigger-cancel = cancellation
drawing-trigger-link = link
drawing-trigger-terminate = terminate
drawing-trigger-multiple = any of several
drawing-trigger-parallel = all of several
drawing-trigger-other = defined elsewhere
