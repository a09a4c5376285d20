# Texts of the web crate. Both languages hold the same keys; a test compares them.

# The frame
name = Qingyuan
synthetic-name = Synthetic data
synthetic-text = The organs, posts, firms and matters that this node was founded with are generated and stand for nobody real.
frame-skip = Skip to content
frame-inside = workbench
frame-search = Search
frame-search-hint = Matters, organs, numbers, indicators
frame-palette = Commands
frame-palette-hint = Where to, what to do
frame-palette-none = Nothing of that name
frame-posts = Act under which post
frame-language = Language
frame-theme = Colours
theme-device = As the device
theme-light = Light
theme-dark = Dark
frame-sign-out = Sign out
frame-settings = Settings
frame-menu = Menu
frame-menu-close = Close menu
frame-rail = Chapters
frame-mine = for me
frame-doors = Public services
frame-foot = About
trail-label = Where this is
asof = as of { $at }
design-title = Samples of components
design-lead = Every component in every state. The content is made up.

# Lights and seals
light-done = Done
light-waiting = Waiting
light-unverified = Unverified
light-refused = Not accepted
light-notice = Notice
light-yellow = Yellow card
light-red = Red card
seal-spoken = Ledger entry
seal-awaiting = awaiting checkpoint
seal-unwitnessed = not witnessed
seal-erased = erased by law

# Clocks
clock-left = { $days } left
clock-today = due today
clock-overdue = overdue by { $days }
clock-stopped = stopped
clock-ended = ended in time
clock-ended-late = ended { $days } late
clock-cannot = The clock cannot be armed: { $why }. Nothing runs unmeasured, so this step stops here.

# States
state-loading = Computing, about { $n } seconds
state-broken = Something broke, reference { $reference }
state-broken-again = Please try again. If it stays so, give the reference to the system administrator.
state-no-permission = This page needs the duty "{ $duty }".
state-no-permission-post = You are signed in as { $post }; switch posts, or ask { $grantor }.
state-refused = This was not done.
state-not-found = There is no such page, or it is not open to your post.
state-not-found-next = Check the address, or enter by the chapters.

# Tables and filters
table-choose = Choose
table-choose-row = Choose { $name }
table-chosen = Chosen:
table-pages = Pages and exports
table-previous = Previous
table-next = Next
table-range = { $first }–{ $last } of { $total }
table-range-at-least = { $first }–{ $last } of more than { $total }
table-range-none = No row matches
filter-any = { $field }: all
filter-chip = { $field }: { $value }
filter-remove = Remove this filter
filter-clear = Clear filters
filter-apply = Apply
filter-open = Filter
filter-close = Done
filter-count = { $n ->
    [one] 1 row matches
   *[other] { $n } rows match
}
filter-hides-late = { $n ->
    [one] The filter hides 1 overdue matter
   *[other] The filter hides { $n } overdue matters
}
export-kind = Kind of data

# Forms
field-optional = optional
field-limit = At most { $n } characters.
form-errors = { $n ->
    [one] One thing to mend
   *[other] { $n } things to mend
}
form-error-line = { $label }: { $error }
stepper-text = Step { $n } of { $of }: { $name }
stepper-saved = draft saved { $at }
upload-limits = { $kinds }, at most { $size } each.
upload-received = { $size } · received, digest { $digest }
upload-replace = Replace

# Reasons, outcomes, charts
evidence-precision = Precision **{ $share }**, { $confirmed } of { $verdicts } verdicts confirmed
evidence-precision-few = { $n ->
    [one] Only 1 verdict, fewer than 10: no precision computed
   *[other] Only { $n } verdicts, fewer than 10: no precision computed
}
outcome-raised = Raised
outcome-not-raised = Not raised
outcome-insufficient = Insufficient data
outcome-not-applicable = Not applicable
outcomes-sum = Sum
outcomes-checked = checked
outcomes-incident = This run does not add up; its figures are not shown.
outcomes-incident-why = The four outcomes add up to { $sum } and must be { $expected }.
outcomes-incident-next = Ask the system administrator to look at the log of the run and repeat it.
peers-summary = n = { $n } peers, median { $median }.
peers-few = { $n ->
    [one] Only 1 peer, fewer than 10: no median.
   *[other] Only { $n } peers, fewer than 10: no median.
}
peers-below = ← { $n } more below the axis.
peers-above = { $n } more above the axis →.
columns-numbers = Table of numbers
columns-explore = Look closer
columns-period = Month
process-line = Time line of the process, calendar days between, not to scale
process-no-date = no date
diff-added = added:
diff-removed = removed:

# Quarantine
quarantine-caption = Held rows
quarantine-reason = Reason
quarantine-line = Line
quarantine-path = Path
quarantine-value = Value as it came
quarantine-mend = What would mend it
quarantine-cut = { $n } more characters not shown

# Sign-in
frame-account = My account
sign-in-title = Sign in
sign-in-lead = Sign in with your own account. An account belongs to one person.
sign-in-name = Name
sign-in-password = Password
sign-in-code = Code
sign-in-code-help = Six digits from your authenticator, or one of your recovery codes
sign-in-second-title = Second step
sign-in-second-lead = The password was right. Now show that you have your second factor.
sign-in-second-act = Continue
sign-in-second-back = Begin again
sign-in-second-lost = Lost both phone and recovery codes? The security administrator can take the second factor away.
sign-in-act = Sign in
sign-in-recorded = A sign-in records time, post and network address; never the password.
sign-in-demo = Demo sign-ins
sign-in-role = Role
sign-in-passkey = Sign in with a passkey
passkey-stopped = Not finished: cancelled, too late, or this device has no passkey for this node.
passkey-without = Passkeys need scripts and a browser that knows them.
sign-in-provider = Sign in by { $name }
sign-in-provider-going = On the way
sign-in-provider-going-lead = If nothing happens, go on by the link.
sign-in-provider-go = Go on
sign-in-provider-goes-on = You are signed out here. Your sign-in at { $name } goes on: on a shared computer, sign out there as well.
sign-in-provider-not-in = Not signed in
sign-in-provider-not-bound = Not bound
sign-in-provider-to-sign-in = To the page of signing in
sign-in-provider-to-account = Back to the account
severity-1 = indicative
severity-2 = strong
severity-3 = statutory
