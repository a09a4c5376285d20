# The inventory of powers: list, one item, the form, imports, how far it is connected, the guide.
operation-door = Services
operation-menu = Inventory of powers
operation-lead = What powers each organ has, by which law, how they are exercised and how long it takes. What is not in the inventory is not exercised.
operation-item = Item
operation-words = Code or name
operation-stage = State
operation-version = Version
operation-holds = In force
operation-holds-not = Not in force today
operation-tab-force = In force
operation-tab-waiting = To review or publish
operation-tab-all = All
operation-stage-review = To be reviewed
operation-stage-publication = To be published
operation-stage-force = In force
operation-stage-to-come = Not yet in force
operation-stage-repealed = Repealed
operation-stage-refused = Not entered
operation-new = New item
operation-import = Import items
operation-coverage = How far connected
operation-none-waiting = Nothing waits to be reviewed or published.
operation-none-waiting-next = Proposals to add, change or repeal an item appear here.
operation-none-found = No item fits.
operation-none-found-next = Take a filter away, or look at all.
operation-none-in-force = No item of the inventory is in force today.
operation-none-in-force-next = Whoever keeps the inventory adds or imports items; they are entered after legal review and publication.
operation-not-connected = No process bound
operation-none = None
operation-free = Free of charge
operation-fee-by = Charged under: { $basis }
operation-fee-basis = Basis of the fee
operation-yes = Yes
operation-no = No
operation-electronic = electronic only
operation-copies =
    { $n ->
        [one] { $n } copy
       *[other] { $n } copies
    }
operation-material = { $name } ({ $need }, { $copies })
operation-from-on = from { $from }
operation-from-until = { $from } to { $until }
operation-version-number = Version { $version }
operation-version-from = version { $version }, from { $from }
operation-quoted = : { $text }
operation-sum = Sum

operation-field-code = Code
operation-field-name = Name
operation-field-category = Category
operation-field-organ = Organ
operation-field-standing = Standing
operation-field-level = Level
operation-field-clients = For whom
operation-field-bases = Legal bases
operation-field-conditions = Conditions
operation-field-materials = Materials
operation-field-statutory = Statutory limit
operation-field-promised = Promised limit
operation-field-fee = Fee
operation-field-result = Result
operation-field-place = Place, hours and inquiries
operation-field-complaints = Complaints
operation-field-process = Process
operation-field-discretion = Discretion standard
operation-field-online = Applied for online

operation-standing-statutory = Organ by statute
operation-standing-authorised = Authorised organisation
operation-standing-entrusted = Entrusted organisation
operation-level-province = Province
operation-level-city = City
operation-level-county = County
operation-level-township = Township
operation-level-village = Village
operation-clients-persons = Natural persons
operation-clients-organisations = Legal persons and other organisations
operation-clients-anyone = Natural persons, legal persons and other organisations
operation-need-always = always
operation-need-tolerated = may follow
operation-need-committed = may be committed to
operation-need-where = where it applies

operation-help-code = Letters, digits, points and dashes, such as 320000-XK-001. It does not change any more once entered.
operation-help-bases = One in each line: the law | the article, such as “Administrative Licensing Law | art. 42”.
operation-help-materials = One in each line: name | always, tolerated, committed or where | copies | name in English. The last three may be left out.
operation-help-statutory = Such as “20 working days” or “30 days”. Leave it empty where the law sets none.
operation-help-promised = No longer than the statutory limit and in the same unit. “0 working days”: done at once.
operation-help-fee = What is charged and how much. Leave it empty where nothing is.
operation-help-process = The process that its matters follow. Its statutory limit is that of the item, its promised limit no longer.
operation-help-discretion = The name of a decision table. Leave it empty where there is no discretion.
operation-in-english = { $field } (English)
operation-online-check = The public may apply online

operation-form = What the item says
operation-form-lead = A legal reviewer then looks whether the law bears it, and a third person publishes it. No two of them are one person.
operation-of-organ = Organ: { $organ }
operation-from = In force from
operation-from-help = Not before today; where it is published later, it holds from that day.
operation-reason = Reason
operation-reason-help = Why it is added or changed, and by which new rule.
operation-no-day = Say from which day on it holds.
operation-propose = Submit for review
operation-propose-after = It then waits for review; the version in force stays as it is.
operation-amend = Change

operation-wrong-missing = Nothing was entered.
operation-wrong-too-long = Too long, or too many lines. Shorten it.
operation-wrong-unknown = This is none of what may be entered. See the help.
operation-wrong-days = Give a number of days up to 730, such as “20 working days”.
operation-wrong-longer = The promised limit is longer than the statutory one or counts other days (Regulation on the Business Environment, art. 36). Shorten it, or use the same unit.
operation-wrong-no-basis = The fee has no basis. Give one, or empty the fee.
operation-wrong-signs = There are signs that cannot be used. A code has letters, digits, points and dashes; pieces of a line are parted by bars and hold neither bars nor semicolons.
operation-wrong-taken = Another item has this code. Choose another one.
operation-wrong-not-connected = To be applied for online it needs a process first.
operation-wrong-other-limit = It disagrees with the limits of the process: its statutory limit is to be the item's, its promised limit no longer. Change the item, or the process first.
operation-wrong-fixed = The code of an item does not change. Repeal it and add another one.

operation-says-version = What version { $version } says
operation-says-proposed = What is proposed
operation-changed-before = Changed against the version before
operation-nothing-changed = Nothing differs.
operation-changes = { $field } changed
operation-changed = Changed
operation-waits = A proposal waits
operation-change = Proposal
operation-change-add = New item
operation-change-amend = Change
operation-change-repeal = Repeal
operation-proposed-by = Proposed by
operation-proposed-at = Proposed at
operation-reviewed-by = Reviewed by
operation-opinion = Opinion
operation-repeal-means = From { $day } on it is not in the inventory any more: no case is opened under it; open ones go on under their version.
operation-yours = Proposed by you
operation-withdraw = Take the proposal back
operation-withdraw-after = The version in force stays as it is; the proposal stays in the time line.
operation-review = Legal review
operation-review-answer = Result of the review
operation-review-pass = The law bears it: to be published
operation-review-fail = It does not, or the basis is too weak: back
operation-review-help = Say what was looked at, and whether the bases are in force.
operation-review-send = Submit the review
operation-decide = Publication
operation-answer = Decision
operation-answer-publish = Publish
operation-answer-refuse = Do not publish
operation-answer-help = If it is not published, say why.
operation-answer-send = Submit the decision
operation-answer-after = From its day on new cases are opened under the new version; open ones keep theirs.
operation-repeal = Propose to repeal
operation-repeal-from = Not in the inventory from
operation-repeal-from-help = Until the day before it is in force.
operation-facts = At a glance
operation-public-page = Public page
operation-guide-of = Guide
operation-cases = Cases
operation-cases-of = Cases of the same process
operation-record = On record
operation-acts =
    { $n ->
        [one] { $n } act
       *[other] { $n } acts
    }
operation-versions = Versions
operation-time-line = Time line
operation-did-add = Proposed as new
operation-did-amend = Proposed a change
operation-did-repeal = Proposed to repeal
operation-did-passed = Passed the legal review
operation-did-failed = Did not pass the legal review
operation-did-published = Published
operation-did-ended = Published the repeal
operation-did-refused = Not published
operation-did-withdrawn = Took the proposal back

operation-sheet = File of items
operation-sheet-upload = Upload and look through
operation-sheet-after = You look through it first; nothing is entered before you confirm.
operation-columns = Columns it may have
operation-column = Heading
operation-column-json = JSON member
operation-column-needed = Needed
operation-needed = Needed
operation-may-lack = May be empty
operation-import-lead = A table with headings in its first row and an item in each further one, or a JSON array. Without an organ it is your own.
operation-import-reason = Imported from a file of items.
operation-template = Download the template
operation-preview-lead = { $rows } rows = { $good } that can be proposed + { $held } with mistakes
operation-unknown-columns = These columns are not known and were not read: { $names }.
operation-preview-nothing = No row can be proposed. Mend the file as the table below says and upload it again.
operation-confirm =
    { $n ->
        [one] Propose this { $n } item
       *[other] Propose these { $n } items
    }
operation-confirm-after = Each item is a proposal of its own, reviewed and published by itself; rows with mistakes are not entered.
operation-line = Line
operation-field = Field
operation-value = What was entered
operation-wrong = What is wrong, and the mend
operation-faults = Rows with mistakes
operation-faults-none = No mistakes.
operation-faults-note =
    { $n ->
        [one] { $n } mistake
       *[other] { $n } mistakes
    }
operation-entries = Items that can be proposed
operation-entries-none = None.
operation-entered-lead = { $entered } items were proposed; { $refused } were not, for these reasons.

operation-coverage-lead = How many powers of the inventory are bound to a process, and how many are exercised here. Those that are not are named.
operation-count-powers = In the inventory
operation-count-connected = Connected
operation-count-exercised = Exercised
operation-of = { $share } of { $of }
operation-by-organ = By organ
operation-by-category = By category
operation-outside = Powers not exercised here
operation-outside-none = Every power of the inventory has been exercised here.
operation-outside-note =
    { $n ->
        [one] { $n } item
       *[other] { $n } items
    }
operation-connection = Standing
operation-connection-missing = Not connected
operation-connection-broken = Process not in force
operation-connection-idle = Connected, not exercised
operation-connection-exercised = Exercised
operation-since = In force since

operation-guide = What organs do
operation-guide-lead = What each organ does, who may have it, what to bring, how long it takes and what it costs.
operation-guide-none-next = Try another word, or take a filter away.
operation-guide-who = Who may have it
operation-guide-bring = What to bring
operation-guide-long = How long it takes
operation-guide-cost = What it costs
operation-guide-get = What comes of it
operation-guide-where = Where to go
operation-guide-law = By which law
operation-guide-version = This guide
operation-apply = Apply online

refusal-power-fields = These fields were not accepted: { $fields }.
refusal-power-reason = Give a reason or an opinion of at most 2,000 characters.
refusal-power-past = The day is over. Choose today or a later one.
refusal-power-before = It is to hold from a day after that of the version in force.
refusal-power-waiting = A proposal about this item waits already. Wait for its decision, or let who proposed it take it back.
refusal-power-nothing-waits = Nothing waits to be decided. Somebody may have decided it; see the time line of the item.
refusal-power-reviewed = The legal review is done already.
refusal-power-not-reviewed = The legal review is not done. A legal reviewer looks at it first.
refusal-power-repealed = The item was repealed. Add it anew if it is to hold again.
refusal-power-same = Nothing changed. Change something first.
refusal-power-other-organ = The item is another organ's, or you did not propose it.
refusal-power-no-file = No file was chosen.
refusal-power-no-heading = The first row lacks “code” and “name”. Fill in the template.
refusal-power-no-list = The JSON should be an array of items: [ … ].
refusal-power-sheet-form = The file is neither XLSX, CSV nor JSON, or is damaged.
refusal-power-sheet-encoding = The CSV is not in UTF-8. Save it as “CSV UTF-8” in your spreadsheet program.
refusal-power-sheet-too-long = More than 20,000 rows. Split it into several files.
refusal-power-sheet-gone = The uploaded file is not kept any more. Upload it again.
