# Texts of electronic supervision. Both languages hold the same keys; a test compares them.

# The rail
supervision-menu-cockpit = Cockpit
supervision-menu-queue = Electronic supervision

# The cockpit
supervision-cockpit = Cockpit
supervision-cockpit-no-warnings = Your post handles no warnings. Only coverage is shown here.
supervision-today-nothing = Nothing waits for you today
supervision-today-calm = Nothing is due today
supervision-today-first = { $n ->
     [one] One warning comes
    *[other] { $n } warnings come
   } first today
supervision-today-lead = Warnings waiting for you: { $late } overdue, { $today } due today; { $rest } more within their limits.
supervision-today-tasks = { $n ->
     [one] One task comes
    *[other] { $n } tasks come
   } first today
supervision-today-both = { $warnings ->
     [one] One warning
    *[other] { $warnings } warnings
   } and { $tasks ->
     [one] one task
    *[other] { $tasks } tasks
   } come first today
supervision-tasks = My tasks
supervision-tasks-note = In hand and offered, by the nearest limit of their case
supervision-tasks-late = Overdue
supervision-tasks-today = Due today
supervision-tasks-all = All
supervision-tasks-open = Go to them
supervision-to-queue = See the queue
supervision-begin = Begin with the first
supervision-waits = Waiting for me
supervision-waits-note = { $n }, by deadline and weight
supervision-waits-all = Whole queue
supervision-waits-none = No warning waits for you.
supervision-waits-none-next = It appears here when one is given to your post, or an organ has answered.
supervision-coverage-title = Coverage
supervision-recorded = Acts recorded
supervision-supervised = Acts supervised
supervision-coverage = Coverage
supervision-covered = aligned one by one, no gap
supervision-covered-behind = { $n } still being supervised
supervision-coverage-foot = Followed by index in the ledger; acts before or outside this system are not among them.
supervision-standing = Where warnings stand
supervision-standing-note = { $n } that you may see
supervision-late = overdue
supervision-months = Warnings raised and closed, twelve months
supervision-unit-warnings = warnings
supervision-closed-in-month = Closed
supervision-until-day = to day { $n }
supervision-months-foot = By month of raising and present light; closed ones include earlier months. The running month is paler.
supervision-download-csv = CSV
supervision-precision = How sure are the rules
supervision-column-rule = Indicator
supervision-column-confirmed = Confirmed
supervision-column-range = 95% range
supervision-of-verdicts = of { $n } verdicts
supervision-precision-none = No rule has ten verdicts yet.
supervision-precision-none-next = Shares and ranges are listed here once verdicts are given.
supervision-precision-foot = Lowest first. { $n } more have fewer than 10 verdicts and are not computed.
supervision-medians = How long organs take to explain
supervision-working-days = working days
supervision-seven-months = seven months
supervision-column-median = Median
supervision-column-p95 = 95% within
supervision-column-promise = Limit
supervision-column-n = n
supervision-over = over
supervision-medians-none = No organ gave ten explanations in seven months.
supervision-medians-none-next = Organs are listed once they have ten.
supervision-medians-foot = { $n } more organs have fewer than 10 and are left out.

# The queue
supervision-queue = Queue of warnings
supervision-queue-lead = A flag is a reason to look, not a finding.
supervision-export-xlsx = Export XLSX
supervision-tabs = Stage
supervision-tab-open = Open
supervision-quota = In hand **{ $held }** of { $quota }
supervision-filter-organ = Organ
supervision-filter-rule = Indicator
supervision-filter-min = Amount
supervision-filter-light = Level
supervision-filter-late = Overdue
supervision-filter-mine = Mine
supervision-filter-group = Group
supervision-group-organ = by organ
supervision-group-note = Sorted by the greatest score among an organ's warnings
supervision-yes = yes
supervision-sort-note = Sorted by score: amount, independent reasons, precision of rules
supervision-assign-chosen = Assign…
supervision-bulk-note = Each stays an act of its own.
supervision-queue-foot = What was explained and has not changed is not queued again; run reports still count it.
supervision-queue-empty = No warning stands at this stage.
supervision-queue-empty-next = Flags become warnings: import data and run a screening.
supervision-queue-empty-filtered = No warning matches these filters.
supervision-queue-empty-filtered-next = Remove a filter, or choose another stage.
supervision-column-light = Level
supervision-column-subject = Subject
supervision-column-matter = Matter and cause
supervision-column-do = To do
supervision-column-reasons = Reasons
supervision-column-amount = Amount
supervision-column-state = State, holder
supervision-column-clock = Clock
supervision-column-number = Number
supervision-column-stage = Stage
supervision-column-subject-kind = Kind of subject
supervision-column-subject-key = Key of subject
supervision-column-late = Overdue
supervision-column-warnings = Warnings
supervision-column-organ = Organ
supervision-column-unit = Supervisory unit
supervision-column-inspector = Inspector
supervision-column-codes = Indicators
supervision-column-score = Score
supervision-column-currency = Currency
supervision-column-raised = Raised
supervision-column-due = Due
supervision-column-outcome = Outcome
supervision-column-month = Month
supervision-column-why-not = Why not
supervision-unknown = not known
supervision-nobody = nobody
supervision-nobody-more = nobody: it is closed
supervision-reasons-more = { $second }, { $n } more

# Assigning
supervision-assign-title = { $n ->
     [one] Who takes this warning
    *[other] Who takes these { $n } warnings
   }
supervision-assign-none = No row was chosen.
supervision-assign-none-next = Go back to the queue and choose what to assign.
supervision-chosen = Chosen warnings
supervision-assign-to = Assign to
supervision-inspector-holds = { $name } (holds { $held })
supervision-assign-button = Assign
supervision-not-now = Not now
supervision-assign-refused = Some were not assigned
supervision-assign-partly = { $done } assigned, { $refused } not.
supervision-no-inspector = This unit has no inspector today. Ask the security administrator to appoint one.
supervision-assign = Assign

# Stages, duties, outcomes, subjects
supervision-stage-dispatched = to assign
supervision-stage-checking = being checked
supervision-stage-asked = to explain
supervision-stage-correcting = being corrected
supervision-stage-corrected = to accept
supervision-stage-appealed = appealed
supervision-stage-closed = closed
supervision-do-dispatched = Assign it
supervision-do-take = Take it, or wait to be given it
supervision-do-checking = Check and conclude
supervision-do-asked = Explain
supervision-do-correcting = Correct, or appeal
supervision-do-corrected = Accept or return
supervision-do-appealed = Decide the appeal
supervision-do-closed = Nothing
supervision-outcome-corrected = Corrected
supervision-outcome-explained = Explained
supervision-outcome-refuted = Refuted
supervision-outcome-withdrawn = Withdrawn on appeal
supervision-kind-process = Contracting process
supervision-kind-buyer = Buyer
supervision-kind-supplier = Supplier
supervision-kind-pair = Pair of suppliers
supervision-kind-group = Group of suppliers
supervision-kind-market = Market
supervision-kind-import = Import
supervision-kind-case = Case
supervision-kind-officer = Officer
supervision-kind-organ = Organ
supervision-kind-act = Act
supervision-kind-log = Log

# The warning
supervision-why-flagged = Why it was flagged
supervision-why-note = { $n ->
     [one] one reason
    *[other] { $n } reasons
   }
supervision-judged-as-of = judged as of{" "}
supervision-why-foot = A flag asks a person to look; it is not a finding.
supervision-range = 95% range { $low }–{ $high }.
supervision-method = Method and example
supervision-light-late = { $light } · overdue
supervision-fact-organ = Organ: { $organ }
supervision-fact-unit = Supervised by { $unit }
supervision-recorded-as = Recorded
supervision-see-subject = See the subject
supervision-to-forms = Act now
supervision-turn = Whose turn
supervision-turn-now = Now
supervision-turn-stage = Stage
supervision-turn-do = To do
supervision-you = { $name } (you)
supervision-due-on = { $day } due
supervision-clock-note = Limit: { $term }, set by the supervising office.
supervision-clock-foot = When it runs out, the unit above has it, one level graver.
supervision-said-explained = What the organ says
supervision-said-corrected = What the organ corrected
supervision-said-appealed = Why the organ appeals
supervision-said-foot = Shown beside the flag; the inspector must answer it.
supervision-line = What happened
supervision-line-note = { $n ->
     [one] one act
    *[other] { $n } acts
   }
supervision-did-erased = Words in act { $index } erased by law
supervision-glass-did-erased = Words in an earlier act erased by law
supervision-named-only-help = Only these officers, and the chief of the unit that holds it, may know of it
supervision-class-grounds = Grounds of the class
supervision-class-grounds-help = Name the law or the rule.
supervision-classify = Class, and who may know
supervision-classify-button = Classify
supervision-classify-after = From then on whoever is not named does not see this warning, in no list, search or export either. To ask the organ, name somebody of it.
supervision-did-classified = Classified as { $class }; open to { $open }
supervision-did-source-classified = Its source was classified anew; the warning is now { $class }, open to { $open }
supervision-open-to-heads = whoever heads the unit only
refusal-supervision-no-such-class = A warning is internal or a work secret, and never above what your post may read.
refusal-supervision-nothing-changes = Class and who may know of it are the same as now.
refusal-supervision-opener-than-source = The warning quotes from a source that is more secret, or open to fewer officers.
supervision-quoted = : “{ $text }”
supervision-quoted-proposed = . Reason given in the proposal: “{ $text }”
supervision-open = open
supervision-by-system = the system, by rule
supervision-did-raised = Flagged by rule, reasons: { $n }; dispatched to { $unit }
supervision-did-added = Screened again; reasons now: { $n }
supervision-did-assigned = Given to { $inspector }, limit { $term }
supervision-did-asked = The organ was asked, limit { $term }
supervision-did-explained = The organ explained
supervision-did-concluded = Concluded: { $confirmed } confirmed, { $explained } explained, { $refuted } refuted
supervision-did-corrected = The organ reported its correction
supervision-did-returned = The correction was returned
supervision-did-accepted = The correction was accepted, closed
supervision-did-appealed = The organ appealed
supervision-did-revoked = The appeal was upheld, the conclusion withdrawn, closed
supervision-did-upheld = The appeal was dismissed; correction goes on
supervision-did-passed-up = Overdue at “{ $stage }”, passed up to { $unit }
supervision-not-done = Not submitted. { $why } { $next }

# Forms
supervision-choose = Choose
supervision-take = Take this one
supervision-take-button = Take it
supervision-take-after = You then check and conclude; somebody else decides an appeal.
supervision-conclude = My verdict
supervision-verdict-confirmed = Confirmed
supervision-verdict-confirmed-means = The fact is right, without lawful reason: to be corrected
supervision-verdict-explained = Explained
supervision-verdict-explained-means = The fact is right, with lawful reason
supervision-verdict-refuted = Refuted
supervision-verdict-refuted-means = Data or rule was wrong; counts in the precision
supervision-verdict-missing = Give a verdict on this one.
supervision-grounds = Grounds
supervision-grounds-help = Shown to the organ, not to the public.
supervision-conclude-button = Submit verdict
supervision-conclude-after = Each reason has its own; none confirmed closes it. You do not decide an appeal.
supervision-ask = Ask the organ
supervision-question = What the organ is to explain
supervision-question-help = Ask everything at once, and say which documents you need.
supervision-ask-button = Send to the organ
supervision-explain = Your turn: explain
supervision-explanation = Explanation
supervision-explanation-help = Shown beside the flag; the inspector must answer it.
supervision-explain-button = Submit explanation
supervision-correct = Your turn: correct
supervision-measures = What was done
supervision-measures-help = Answer each point with date and document.
supervision-correct-button = Report correction
supervision-appeal = If you disagree
supervision-appeal-grounds = Grounds of appeal
supervision-appeal-help = Somebody other than the inspector decides; nothing is to be corrected until then.
supervision-appeal-button = Appeal
supervision-accept = Accept the correction
supervision-note = What convinced
supervision-note-help = Say what you looked at and why it is enough.
supervision-accept-button = Accept
supervision-return = Return it
supervision-why = What is missing
supervision-why-help = Point by point: the organ works by it.
supervision-return-button = Return
supervision-decide = Decide the appeal
supervision-decision = Decision
supervision-decision-uphold = Uphold the conclusion
supervision-decision-uphold-means = The organ goes on correcting
supervision-decision-revoke = Withdraw the conclusion
supervision-decision-revoke-means = The warning is closed; what was confirmed counts as refuted
supervision-decision-help = Shown to the organ and the inspector.
supervision-decide-button = Submit decision

# Refusals
refusal-supervision-closed = The warning is closed.
refusal-supervision-closed-next = New facts are flagged by the next screening.
refusal-supervision-wrong-stage = The warning { $stage ->
     [dispatched] is not assigned yet
     [checking] is being checked
     [asked] waits for the organ's explanation
     [correcting] is being corrected
     [corrected] waits to be accepted
     [appealed] is under appeal
    *[other] is closed
   }; that is not possible now.
refusal-supervision-wrong-stage-next = See whose turn it is, and act at the present stage.
refusal-supervision-not-your-unit = Another supervisory unit holds the warning.
refusal-supervision-not-your-unit-next = Switch to a post of that unit, or ask it.
refusal-supervision-not-the-inspector = Only its inspector may do that.
refusal-supervision-not-the-inspector-next = Ask the inspector, or ask the chief to assign it anew.
refusal-supervision-not-your-organ = The warning concerns another organ.
refusal-supervision-not-your-organ-next = That organ's handler acts on it.
refusal-supervision-no-organ = The record names no organ of this node that could be asked.
refusal-supervision-no-organ-next = Check it and conclude.
refusal-supervision-own-conclusion = Who concluded may not decide the appeal against it.
refusal-supervision-own-conclusion-next = Somebody else of your unit decides.
refusal-supervision-quota-reached = The inspector holds { $held }; the quota is { $quota }.
refusal-supervision-quota-reached-next = Close some first, or choose somebody else.
refusal-supervision-text-missing = { $field ->
     [question] What the organ is to explain
     [explanation] The explanation
     [grounds] The grounds
     [measures] What was done
     [note] What convinced
     [why] What is missing
    *[other] The text
   } is empty.
refusal-supervision-text-missing-next = Write it, then submit again.
refusal-supervision-text-too-long = { $field ->
     [question] What the organ is to explain
     [explanation] The explanation
     [grounds] The grounds
     [measures] What was done
     [note] What convinced
     [why] What is missing
    *[other] The text
   } has { $length } characters; the limit is { $limit }.
refusal-supervision-text-too-long-next = Keep to the points; documents go separately.
refusal-supervision-verdicts-missing = { $given } of { $wanted } reasons have a verdict.
refusal-supervision-verdicts-missing-next = Give a verdict on each reason.
refusal-supervision-not-overdue = The clock has not run out.
refusal-supervision-not-overdue-next = It is passed up by itself when it does.
refusal-clock-no-calendar = There is no working calendar for { $year }, so the clock cannot be armed.
refusal-clock-no-calendar-next = Ask the system administrator to load that year's calendar; nothing runs unmeasured.
refusal-clock-no-budget = The limit of this step gives no time.
refusal-clock-no-budget-next = Ask the system administrator to mend the limits.
refusal-clock-too-far = The limit ends too far away.
refusal-clock-too-far-next = Ask the system administrator to mend the limits.
refusal-clock-promise-beyond-law = The promised limit ends on { $promised }, after the law's on { $statutory }.
refusal-clock-promise-beyond-law-next = Ask the system administrator to mend the promise.
refusal-clock-disordered = The suspensions of the clock are out of order.
refusal-clock-disordered-next = Tell the system administrator.
refusal-clock-unfounded = A suspension of the clock has no lawful ground.
refusal-clock-unfounded-next = Give its ground and voucher.
supervision-found = Warnings
supervision-hand-over = Hand over
supervision-hand-over-note = Its inspector keeps out of it; stage and limit stay
supervision-recusal = Recusal
supervision-recused = Recused: { $names }. While it lasts, no act of theirs on this warning is taken.
supervision-recuse-reason = Reason
supervision-recuse-help = The relation to this case, or what else may affect fairness; kept on record
supervision-recuse-button = Recuse myself
supervision-recuse-after = In force at once; only the chief can lift it, with grounds.
supervision-recuse-whom = Who keeps out of it
supervision-recuse-officer-button = Recuse the officer
supervision-lift-whom = Whose recusal is lifted
supervision-lift-grounds = Grounds
supervision-lift-help = Why it no longer affects fairness; kept on record
supervision-lift-button = Lift the recusal
supervision-at-top = Overdue, and there is nobody above { $unit }: its head sees to it, and no new limit begins.
supervision-on-behalf = { $name } (on behalf of { $holder })
supervision-did-overdue-at-top = Overdue while { $stage }; nobody is above, so it is red
supervision-did-recused = { $officer } is recused
supervision-did-lifted = The recusal of { $officer } is lifted
supervision-did-handed-over = Handed over to { $inspector }
refusal-supervision-recused-already = The officer is recused already.
refusal-supervision-recused-already-next = Nothing more is to be sent.
refusal-supervision-not-recused = The officer is not recused.
refusal-supervision-not-recused-next = Open this page again and look.
refusal-separation-recused = Whoever is recused does nothing in this case.
refusal-separation-recused-next = The chief gives it to somebody else, or lifts the recusal with grounds.
refusal-separation-same-officer = Somebody else decides on one's own cause.
refusal-separation-same-officer-next = Ask another chief of the unit or of the one above.
supervision-menu-glass = Break-glass
supervision-glass = Break-glass
supervision-glass-lead = Reading one warning beyond one's reach: with grounds and hours, by the word of another, the head of the unit that holds it; it ends by itself. Every reading is on record, and whoever supervises the one who asked is told to look.
supervision-glass-of = Reading { $number }
supervision-glass-ask = Ask to read
supervision-glass-after = Nothing is shown before it is approved; afterwards each opening leaves a record.
supervision-glass-mine = What I asked for
supervision-glass-of-unit = Asked of this unit
supervision-glass-none = Nobody asked.
supervision-glass-warning = Warning
supervision-glass-number-help = Such as W-000123
supervision-glass-grounds = Grounds
supervision-glass-grounds-help = Why this one must be read now; kept on record
supervision-glass-hours = Hours
supervision-glass-hours-help = { $most } at most
supervision-glass-who = Who asked
supervision-glass-stage = State
supervision-glass-at = Asked at
supervision-glass-readings = Readings
supervision-glass-asked = waits for an answer
supervision-glass-holds = open
supervision-glass-over = over
supervision-glass-refused = refused
supervision-glass-until = Open until
supervision-glass-facts = What was asked
supervision-glass-answer = Answer
supervision-glass-answer-approve = Approve
supervision-glass-answer-refuse = Refuse
supervision-glass-answer-help = Kept on record
supervision-glass-answer-button = Send the answer
supervision-glass-answer-after = The hours begin at once; whoever supervises the one who asked gets a warning.
supervision-glass-open = Read the warning
supervision-glass-reading = Break-glass until { $until }; this reading is on record.
supervision-glass-did-asked = Asked to read
supervision-glass-did-approved = Approved
supervision-glass-did-refused = Refused
supervision-glass-did-read = Read
refusal-glass-no-such-warning = There is no warning of that number.
refusal-glass-no-such-warning-next = Compare the number, such as W-000123.
refusal-glass-within-reach = You reach that warning anyhow.
refusal-glass-within-reach-next = Just open it.
refusal-glass-hours = Between 1 and 72 hours.
refusal-glass-hours-next = Change the hours.
refusal-glass-grounds = Grounds are missing, or too long.
refusal-glass-grounds-next = Write why, in 4,000 characters at most.
refusal-glass-twice = You have an access to that warning that waits or holds.
refusal-glass-twice-next = Look under "Break-glass".
refusal-glass-decided = It was answered already.
refusal-glass-decided-next = Open this page again and look.
refusal-glass-not-your-unit = Another unit holds that warning.
refusal-glass-not-your-unit-next = The head of that unit answers.

supervision-told-dispatched = A warning waits to be dispatched
supervision-told-reasons = A warning has new reasons
supervision-told-assigned = A warning was assigned to you
supervision-told-asked = Your organ is asked to explain a warning
supervision-told-explained = An organ has explained; the verdict is yours
supervision-told-to-correct = Your organ is to correct what a warning found
supervision-told-closed = A warning is closed
supervision-told-corrected = An organ reports a correction; it waits for you
supervision-told-appealed = An organ has appealed; a decision waits
supervision-told-appeal-decided = An appeal was decided
supervision-told-passed-up = An overdue warning was passed up to your unit
supervision-told-overdue = A warning is overdue, with nobody above to pass it to
supervision-told-access-asked = Somebody asks for break-glass access; it waits for approval
supervision-told-access-answered = Your request for break-glass access was answered
refusal-supervision-no-such-class-next = Choose another class.
refusal-supervision-not-cleared = The inspector's post may not read a warning of this class.
refusal-supervision-not-cleared-next = Choose an inspector who is cleared for it.
refusal-supervision-nobody-knows = Nobody who answers for the organ may know of this warning, so that nobody would read the question.
refusal-supervision-nobody-knows-next = Let the head of the unit name somebody of the organ first, or choose another class.
refusal-supervision-nothing-changes-next = Nothing more is to be sent.
refusal-supervision-opener-than-source-next = Choose a class at least as high and officers who may know of the source, or have the source classified anew first.
