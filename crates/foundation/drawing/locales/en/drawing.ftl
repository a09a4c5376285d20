# Drawings of processes
drawing-label = Diagram
drawing-label-of = Diagram: { $name }
drawing-as-text = Diagram as text
drawing-wider = The diagram is wider than its place: scroll sideways; with a keyboard, move to it and use the arrow keys.
drawing-element = Step
drawing-kind = Kind
drawing-leads-to = Leads to
drawing-mark = Mark
drawing-comma = { ", " }
drawing-way = { $target } ({ $way })
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

# Two versions compared
drawing-version-new = New version
drawing-version-old = Old version
drawing-changes = { $added } added, { $removed } removed, { $changed } changed.
drawing-nothing-changed = Both versions say the same.
drawing-only-moved = { $n ->
    [one] One shape or line only lies elsewhere.
   *[other] { $n } shapes or lines only lie elsewhere.
}
drawing-unsaid = { $n ->
    [one] One more change is not listed.
   *[other] { $n } more changes are not listed.
}
drawing-said-added = { $kind } “{ $name }” added.
drawing-said-removed = { $kind } “{ $name }” removed.
drawing-said-changed = “{ $name }”: { $part } changed from { $old } to { $new }.
drawing-said-set = “{ $name }”: { $part } added: { $new }.
drawing-said-unset = “{ $name }”: { $part } removed, which was { $old }.
drawing-part-of = { $part } ({ $which })
drawing-quoted = “{ $name }”
drawing-yes = yes
drawing-no = no
drawing-plain = present

drawing-rules = What differs in decisions
drawing-rules-rule = Rule
drawing-rules-what = What it says
drawing-rules-decision = the whole decision
drawing-rules-policy = hit policy
drawing-rules-columns = columns
drawing-rules-order = order of the rules
drawing-rules-expression = expression
drawing-rules-cell = { $column }: { $text }
drawing-rules-between = { "; " }
drawing-rules-from-to = { $part }: { $old } → { $new }

# Parts of elements
drawing-part-name = name
drawing-part-element = kind
drawing-part-parent = process it lies in
drawing-part-lane = lane
drawing-part-documentation = documentation
drawing-part-text = text
drawing-part-qy-candidates = candidates
drawing-part-qy-organ = organ
drawing-part-qy-separate = steps that another officer must do
drawing-part-qy-same = steps that the same officer must do
drawing-part-qy-returnTo = steps it may be returned to
drawing-part-qy-form = form
drawing-part-qy-decision = decision
drawing-part-qy-binding = version of the decision
drawing-part-qy-result = variable of the result
drawing-part-qy-type = type of job
drawing-part-qy-key = key
drawing-part-qy-post = post
drawing-part-qy-choice = way of starting
drawing-part-qy-reach = reach of the signal
drawing-part-qy-keep = time it is kept
drawing-part-qy-on = act it answers
drawing-part-qy-steward = steward
drawing-part-qy-in = input
drawing-part-qy-out = output
drawing-part-qy-local = variable
drawing-part-qy-basis = basis
drawing-part-qy-in-name = the variable of an input
drawing-part-qy-in-value = the value of an input
drawing-part-qy-out-name = the variable of an output
drawing-part-qy-out-value = the value of an output
drawing-part-qy-local-name = the name of a variable
drawing-part-qy-onEmpty = what is done where no rule matches
drawing-part-qy-pause = what a stop does
drawing-part-qy-collection = the list that is gone through
drawing-part-qy-item = the variable of each round
drawing-part-qy-consent = the field that says who agrees
drawing-part-qy-consents = how many must agree
drawing-part-multiInstanceLoopCharacteristics-qy-collection = who signs in the consent
drawing-part-multiInstanceLoopCharacteristics-qy-item = the variable of each round of the consent
drawing-part-multiInstanceLoopCharacteristics-qy-consent = the field that says who agrees in the consent
drawing-part-multiInstanceLoopCharacteristics-qy-consents = how many must agree in the consent
drawing-part-multiInstanceLoopCharacteristics-inputDataItem = the variable of each round of the consent
drawing-part-multiInstanceLoopCharacteristics-inputDataItem-name = the variable of each round of the consent
drawing-part-multiInstanceLoopCharacteristics-outputDataItem = the result of each round of the consent
drawing-part-multiInstanceLoopCharacteristics-outputDataItem-name = the result of each round of the consent
drawing-part-multiInstanceLoopCharacteristics-loopDataOutputRef = the results of the consent
drawing-part-qy-domain = what values there are
drawing-value-one-refuses = it ends when one disagrees
drawing-value-enough-agree = it ends when { $n } agree, or { $n } cannot agree any more
drawing-value-enough-signed = it ends when { $n } have signed
drawing-value-unit-working-days = working days
drawing-value-unit-calendar-days = calendar days
drawing-value-unit-hours = hours
drawing-value-supplement-anew = begins anew when they come
drawing-value-supplement-suspend = stands still
drawing-value-supplement-none = runs on
drawing-part-qy-clock = limit
drawing-part-qy-clock-ref = rule of the limit
drawing-part-qy-clock-law = law of the limit
drawing-part-qy-clock-statutory = statutory limit
drawing-part-qy-clock-promised = promised limit
drawing-part-qy-clock-unit = unit of the limit
drawing-part-qy-clock-article = article of the limit
drawing-part-qy-clock-supplement = limit for supplements
drawing-part-conditionExpression = condition
drawing-part-sourceRef = beginning
drawing-part-targetRef = end
drawing-part-attachedToRef = step it lies on
drawing-part-default = default flow
drawing-part-timerEventDefinition = timer
drawing-part-timerEventDefinition-timeDuration = duration of the timer
drawing-part-timerEventDefinition-timeDate = date of the timer
drawing-part-timerEventDefinition-timeCycle = cycle of the timer
drawing-part-messageEventDefinition = message
drawing-part-messageEventDefinition-messageRef = message
drawing-part-messageRef = message
drawing-part-signalEventDefinition = signal
drawing-part-signalEventDefinition-signalRef = signal
drawing-part-errorEventDefinition = error
drawing-part-errorEventDefinition-errorRef = error
drawing-part-escalationEventDefinition = escalation
drawing-part-escalationEventDefinition-escalationRef = escalation
drawing-part-conditionalEventDefinition = condition it waits for
drawing-part-conditionalEventDefinition-condition = condition it waits for
drawing-part-compensateEventDefinition = compensation
drawing-part-compensateEventDefinition-activityRef = step to compensate
drawing-part-cancelEventDefinition = cancellation
drawing-part-terminateEventDefinition = termination
drawing-part-linkEventDefinition = link
drawing-part-linkEventDefinition-name = name of the link
drawing-part-multiInstanceLoopCharacteristics = the consent
drawing-part-multiInstanceLoopCharacteristics-isSequential = whether the consent is signed one after another
drawing-part-multiInstanceLoopCharacteristics-loopCardinality = the number of rounds of the consent
drawing-part-multiInstanceLoopCharacteristics-completionCondition = what ends the consent
drawing-part-multiInstanceLoopCharacteristics-loopDataInputRef = the collection of the consent
drawing-part-multiInstanceLoopCharacteristics-behavior = the events of the consent
drawing-part-standardLoopCharacteristics = loop
drawing-part-standardLoopCharacteristics-loopCondition = condition of the loop
drawing-part-standardLoopCharacteristics-loopMaximum = most runs of the loop
drawing-part-standardLoopCharacteristics-testBefore = condition looked at first
drawing-part-completionCondition = completion condition
drawing-part-ordering = ordering
drawing-part-cancelRemainingInstances = ending the rest
drawing-part-isForCompensation = for compensation only
drawing-part-cancelActivity = interrupting its step
drawing-part-isInterrupting = interrupting its process
drawing-part-triggeredByEvent = triggered by an event
drawing-part-isExecutable = executable
drawing-part-isCollection = collection
drawing-part-instantiate = starting instances
drawing-part-parallelMultiple = all triggers needed
drawing-part-script = script
drawing-part-scriptFormat = language of the script
drawing-part-calledElement = process it calls
drawing-part-processRef = process
drawing-part-implementation = implementation
drawing-part-operationRef = operation
drawing-part-gatewayDirection = direction
drawing-part-eventGatewayType = way of the event gateway
drawing-part-activationCondition = activation condition
drawing-part-errorCode = error code
drawing-part-escalationCode = escalation code
drawing-part-itemSubjectRef = type of the data
drawing-part-dataObjectRef = data object
drawing-part-dataStoreRef = data store
drawing-part-performer = performer
drawing-part-humanPerformer = performer
drawing-part-potentialOwner = potential owner
drawing-part-targetNamespace = namespace
drawing-part-expressionLanguage = expression language
drawing-part-assignee = assignee
drawing-part-candidateGroups = candidate groups
drawing-part-candidateUsers = candidate users
drawing-part-formKey = form
drawing-part-dueDate = due date
drawing-part-extensionElements = extensions

# Elements without a shape
drawing-root-definitions = the file
drawing-root-message = message
drawing-root-signal = signal
drawing-root-error = error
drawing-root-escalation = escalation
drawing-root-itemDefinition = item definition
drawing-root-interface = interface
drawing-root-resource = resource
drawing-root-category = category
drawing-root-collaboration = collaboration
drawing-root-dataStore = data store
drawing-root-correlationProperty = correlation property
drawing-root-globalTask = global task
drawing-root-globalUserTask = global user task

# Kinds of elements, by which they change
drawing-element-task = task
drawing-element-userTask = user task
drawing-element-manualTask = manual task
drawing-element-serviceTask = service task
drawing-element-sendTask = send task
drawing-element-receiveTask = receive task
drawing-element-businessRuleTask = business rule task
drawing-element-scriptTask = script task
drawing-element-callActivity = call activity
drawing-element-subProcess = sub-process
drawing-element-transaction = transaction
drawing-element-adHocSubProcess = ad-hoc sub-process
drawing-element-startEvent = start event
drawing-element-intermediateCatchEvent = intermediate catch event
drawing-element-intermediateThrowEvent = intermediate throw event
drawing-element-boundaryEvent = boundary event
drawing-element-endEvent = end event
drawing-element-exclusiveGateway = exclusive gateway
drawing-element-inclusiveGateway = inclusive gateway
drawing-element-parallelGateway = parallel gateway
drawing-element-complexGateway = complex gateway
drawing-element-eventBasedGateway = event-based gateway
