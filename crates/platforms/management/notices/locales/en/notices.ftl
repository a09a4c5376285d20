notices-menu = Notices
notices-title = Notices
notices-lead = { $n ->
    [one] One is unread.
   *[other] { $n } are unread.
  }
notices-lead-none = Nothing is unread.
notices-lead-here-only = {" "}This node has neither mail nor an SMS gateway; notices are here only.
notices-note = Only you see them. Opening one marks it as read; where somebody has acted on the matter it no longer counts. Notices are kept for 90 days.
notices-to-choice = How they reach me
notices-tab-all = All
notices-tab-unread = Unread
notices-column-what = What
notices-column-number = Number
notices-column-at = When
notices-column-state = State
notices-state-unread = Unread
notices-state-read = Read
notices-state-settled = Acted on
notices-no-number = no number
notices-read-all = Mark all as read
notices-none = There is no notice yet.
notices-none-next = One appears when a warning waits for you or your post, when somebody names you to act for them, or when your account changes.
notices-none-unread = Nothing is unread.
notices-none-unread-next = What was read or acted on is under "All".
notices-see-all = See all notices

notices-choice = How notices reach me
notices-choice-lead = Notices are always in this system. They can also go to your mail or telephone: at once, once a day, or not at all.
notices-choice-about = Good to know
notices-always = In this system
notices-always-here = always
notices-contents = What is sent
notices-contents-what = a sentence, the matter's number and a link; no title, organ or reason: to read those one signs in
notices-daily-when = Daily digest
notices-daily-at = on working days from { $hour }: what is unread; none where nothing is new
notices-kept = Addresses
notices-kept-how = not in the ledger; an empty field deletes one
notices-mail = Mail
notices-mail-none = This node has no mail. The system administrator can configure it.
notices-mail-address = Address
notices-mail-help = Such as name@example.gov.cn; a new address is confirmed by a code that is sent there
notices-gateway = Text messages
notices-gateway-none = This node has no SMS gateway. The system administrator can configure it.
notices-gateway-address = Telephone number
notices-gateway-help = Eleven digits of the mainland, or + with the country's code; a new number is confirmed by a code that is sent there
notices-confirmed = confirmed
notices-no-address-yet = none confirmed yet, so nothing is sent
notices-way = When
notices-way-at-once = At once
notices-way-at-once-detail = Within seconds; several in a row are one message, at least 5 minutes apart
notices-way-daily = Daily digest
notices-way-daily-detail = Once on working days, all that is unread
notices-way-never = Never
notices-way-never-detail = In this system only
notices-keep = Save
notices-keep-after = A code goes to a new address first; until it is confirmed the old one is used.
notices-code = Code
notices-code-help = Sent to { $address }; eight digits, good for 30 minutes
notices-confirm = Confirm address
notices-done-kept = Saved.
notices-done-sent = The code was sent; enter it below.
notices-done-confirmed = The address is confirmed and used from now on.

notices-subject = Qingyuan: { $what }
notices-line = { $text } { $number }
notices-many = { $n ->
    [one] One notice waits for you
   *[other] { $n } notices wait for you
  }
notices-digest = { $n ->
    [one] Daily digest: one notice is unread
   *[other] Daily digest: { $n } notices are unread
  }
notices-counted = { $text }: { $n }
notices-further = And { $n } more:
notices-text = [Qingyuan] { $what }. Sign in: { $page }
notices-foot =
    This mail holds nothing of the matter itself; sign in to read it.
    Change how notices reach you: { $page }
notices-code-subject = Qingyuan: the code that confirms your address
notices-code-line = [Qingyuan] Code { $code }, good for 30 minutes, confirms an address for notices.
notices-code-foot = If this was not you, ignore it: without the code the address is not used.

notices-machine-title = Channels of notices
notices-machine-note = Counts and the last fault only; no address, no matter.
notices-machine-channel = Channel
notices-machine-state = State
notices-machine-waiting = Waiting
notices-machine-oldest = Oldest
notices-machine-dead = Given up
notices-machine-ok = Last delivered
notices-machine-fault = Last fault
notices-machine-off = not configured
notices-machine-works = works
notices-machine-unused = not used yet
notices-machine-failing = fails
notices-machine-since = failing since { $at }

refusal-notices-address = That is no address of mail. Write one address such as name@example.gov.cn.
refusal-notices-phone = That is no telephone number. Write one: eleven digits of the mainland, or + with the country's code.
refusal-notices-no-address = To send something there must be an address. Enter one, or choose "Never".
refusal-notices-too-soon = A code was sent a moment ago, or ten were sent today. Try again in a minute, or tomorrow.
refusal-notices-not-sent = The code was not sent: the channel does not work, or refuses this address. The address was not changed; check it and try again, or tell the system administrator.
refusal-notices-wrong-code = That is not the code. It can be tried five times.
refusal-notices-code-over = The code is no longer good. Save the address again, and another is sent.
