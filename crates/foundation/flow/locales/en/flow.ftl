# What is checked before a model is run
flow-flow01 = The expression is in another language than FEEL: { $about }
flow-flow01-mend = Write the expression in FEEL, or leave out its language.
flow-flow02 = The expression cannot be used: { $about } ({ $why ->
    [syntax] it is not FEEL: { $what }
    [unknown-name] nothing declares the name “{ $what }”
    [clock] “{ $what }()” reads the clock: use the variables today and now
    [external-function] the function “{ $what }” is defined outside FEEL
    [function-as-value] the function “{ $what }” is used as a value
    [text-too-long] it is too long
    [too-deep] it nests too deep
   *[other] it is missing, or cannot be read
})
flow-flow02-mend = Mend the expression; declare the name as a data object, a property or qy:local.
flow-flow03 = The script is not FEEL: { $about }
flow-flow03-mend = Set scriptFormat to text/feel and write the script in FEEL; work in another language is a service task.
flow-flow04 = The service task “{ $about }” does not say what kind of worker does it
flow-flow04-mend = Give it qy:type: the kind of worker that does it.
flow-flow05 = Nobody could do the task “{ $about }”
flow-flow05-mend = Name posts in qy:candidates, or give its lane a qy:post.
flow-flow06 = The decision task “{ $about }” names no decision
flow-flow06-mend = Name the decision in qy:decision.
flow-flow07 = The call activity “{ $about }” calls nothing
flow-flow07-mend = Name a process or global task in calledElement.
flow-flow08 = The engine does not run this element: { $about }
flow-flow08-mend = Model it with elements that can be run; a choreography is drawn as pools with message flows.
flow-flow09 = The timer is neither a time nor a duration nor a repetition: { $about }
flow-flow09-mend = Write an ISO 8601 time, duration or repetition, such as 2026-03-01T08:00:00, PT10M or R3/P1D, or a FEEL expression that gives one.
flow-flow10 = The message, signal or link has no name to be matched by: { $about }
flow-flow10-mend = Name it; a link needs a catch event of the same name in the same level.
flow-flow11 = Nothing leads to “{ $about }”
flow-flow11-mend = Connect it, or remove it.
flow-flow12 = “{ $about }” lies on a way round on which nothing waits: it would run for ever
flow-flow12-mend = Put something that waits into it, or a condition that leads out.
flow-flow13 = The number cannot be used: { $about }
flow-flow13-mend = Write a whole number from 1 to 1,000; a multi-instance activity needs a cardinality or a collection.
flow-flow14 = { $why } names a task that is not there: { $about }
flow-flow14-mend = Name the id of a task of this process.
flow-flow15 = No file has the decision that “{ $why }” asks for: { $about }
flow-flow15-mend = Deploy the .dmn file together with it; one that is bound as latest or valid may be deployed apart.
flow-flow16 = The clock cannot be read, or stands where it measures nothing: { $about }
flow-flow16-mend = Write one qy:clock at the process or activity, with law, statutory, article and, where the text does not say bare days, unit (working-days, calendar-days, hours); an activity may have promised alone. An event has no limit of its own: measure a receive task in its place, or a sub-process around it.
flow-flow17 = The promised limit is longer than the law's: { $about }
flow-flow17-mend = Promise no more time than the law gives.
flow-flow18 = The steps may take longer together than the matter: { $about }
flow-flow18-mend = Shorten the limits of the steps; together they may not pass the matter's promised limit.
flow-flow19 = The limit gives no time: { $about }
flow-flow19-mend = Write a limit of 1 or more.
flow-flow20 = The law of this limit does not stop its clock while papers are completed: { $about }
flow-flow20-mend = Write supplement="anew" where the limit begins anew with complete papers, else supplement="none".
flow-flow21 = Nothing would begin by qy:on here: { $about }
flow-flow21-mend = Write qy:on="withdraw" at one event sub-process of the process itself.
flow-flow22 = It cannot be returned to “{ $about }” from here
flow-flow22-mend = Name an activity of the same level or of one around it; event sub-processes and compensation activities are not returned to.
flow-flow23 = Another file has the process “{ $about }” as well: { $why }
flow-flow23-mend = Give it another id, or deploy only one of the files.
flow-flow24 = From “{ $about }” no way leads to an end. It is come to so: { $what }
flow-flow24-mend = Draw a way from there to an end event, or an event that ends what goes on there.
flow-flow25 = “{ $about }” can wait for ever for a way that is not taken. So it happens: { $what }
flow-flow25-mend = Join with the kind of gateway that splits: what an exclusive gateway splits is joined by an exclusive one, what a parallel one splits by a parallel one, what an inclusive one splits by an inclusive one.
flow-flow26 = What comes after “{ $about }” can be done several times, since several ways come together there without waiting for each other. So it happens: { $what }
flow-flow26-mend = Join the ways with a parallel or inclusive gateway first; leave it as it is where what follows is to be done once for each.
flow-flow27 = It can be returned to “{ $about }”, { $why ->
    [aside] but nothing leads back from there: { $what }
   *[stuck] and then a join can wait for ever, since a return ends what goes on beside it. So it happens: { $what }
}
flow-flow27-mend = Return to a step before this one; one within ways that go on side by side is reached only from within the same way, else return to a step before they part.
flow-flow28 = { $about } would do nothing here
flow-flow28-mend = Values go in with a message that is sent (qy:in) and come out of one that is waited for (qy:out), and into and out of activities; remove it elsewhere.
flow-flow29 = Several fill { $about }, and each overwrites what the one before said
flow-flow29-mend = Say by qy:consent which field of the form is the yes: each opinion is kept, and they come to one result by the rule; or collect the results in a list.

# Why something is refused
refusal-flow-started = The instance was started already.
refusal-flow-started-next = Begin another one.
refusal-flow-not-active = The instance is over, stopped or merged: nothing can be done with it now.
refusal-flow-not-active-next = Where it is stopped or merged, resume it or split it off first.
refusal-flow-no-process = There is no process { $process }.
refusal-flow-no-process-next = Deploy it first, or write another name.
refusal-flow-no-start = The process does not begin so.
refusal-flow-no-start-next = Start it by one of its start events.
refusal-flow-gone = The { $what ->
    [wait] wait
    [timer] timer
    [job] job
    [task] task
    [call] call
    [scope] scope
    [incident] incident
    [clock] clock
    [rung] rung of the clock
    [supplement] notice to complete the papers
   *[other] item
} { $number } is not there, or is done with.
refusal-flow-gone-next = Look at how the matter stands now.
refusal-flow-not-due = The time has not come.
refusal-flow-not-due-next = Do it when it has.
refusal-flow-leased = Another worker has the job.
refusal-flow-leased-next = Wait until it is done, or the lease is over.
refusal-flow-held = Another officer has the task.
refusal-flow-held-next = Wait until it is given back, or have it assigned by whoever heads the organ.
refusal-flow-not-held = The officer does not hold the task.
refusal-flow-not-held-next = Take the task first.
refusal-flow-separate = Whoever did “{ $element }” may not do this.
refusal-flow-separate-next = Somebody else is to do it.
refusal-flow-same = Only whoever did “{ $element }” may do this.
refusal-flow-same-next = Leave it to them.
refusal-flow-signed = In this consent (“{ $element }”) the officer has signed already, or has another opinion in hand: one person gives one opinion.
refusal-flow-signed-next = Somebody else is to sign.
refusal-flow-no-return = The task is not returned to “{ $element }”.
refusal-flow-no-return-next = Return it to a step that the process allows.
refusal-flow-unarmed = { $why ->
    [no_calendar] There is no working calendar for { $year }, so the limit cannot be counted.
    [no_budget] The limit gives no time.
    [too_far] The limit ends beyond the calendar.
    [promise_beyond_law] The promised limit ends on { $promised }, after the law's on { $statutory }.
    [disordered] The suspensions of the clock are out of order.
    [unfounded] A suspension of the clock has no lawful cause or no voucher.
   *[other] The limit cannot be counted.
}
refusal-flow-unarmed-next = Load that year's calendar, or mend the limit; nothing runs unmeasured.
refusal-flow-clock = { $why ->
    [finished] The clock has finished.
    [already_suspended] The clock stands still already.
    [not_suspended] The clock does not stand still.
    [still_suspended] The clock still stands still.
    [unlawful_cause] The law of this limit does not stop its clock for that cause.
    [no_voucher] The number of the voucher is missing.
    [too_early] That is earlier than what the clock has recorded.
   *[other] The clock does not allow it.
}
refusal-flow-clock-next = Look at the clock, the cause and the number of the voucher.
refusal-flow-supplement = The notice to complete the papers ({ $number }) is not answered yet.
refusal-flow-supplement-next = Wait for the answer or the end of its time; everything that is missing is to be said in one notice.
refusal-flow-no-takeback = The completion cannot be taken back: it is not theirs, or somebody holds what it led to.
refusal-flow-no-takeback-next = Ask whoever has the next step to return it.
refusal-flow-withdrawing = The withdrawal is being dealt with already.
refusal-flow-withdrawing-next = Wait for what comes of it.
refusal-flow-not-merged = The matter is not handled within another one.
refusal-flow-not-merged-next = There is nothing to split off.
refusal-flow-no-move = Nothing of this incident can be moved to “{ $element }”.
refusal-flow-no-move-next = Choose another element of the same level, try again, or cancel.
refusal-flow-one-officer = Two officers are needed: whoever moves it does not approve it.
refusal-flow-one-officer-next = Have it approved by somebody else.
refusal-flow-not-suspended = The instance is not suspended.
refusal-flow-not-suspended-next = There is nothing to resume.
refusal-flow-not-choosable = “{ $element }” cannot be chosen now.
refusal-flow-not-choosable-next = Choose an activity that has not begun; where they go one by one, wait for the one before.
refusal-flow-unmapped = The other version has nothing of the same id and kind for: { $elements }.
refusal-flow-unmapped-next = Say which of its elements and flows stand for them.
refusal-flow-blocked = It cannot lie in the other version: { $elements }.
refusal-flow-blocked-next = Look at the dry run, which says what mends each; or let it end in its own version.
refusal-flow-not-migrated = There is no move to another version that could be taken back.
refusal-flow-not-migrated-next = Move it again, to the version that it is to follow.
refusal-flow-touched = The move cannot be taken back any more: something happened since at { $elements }.
refusal-flow-touched-next = Move it again, to the version that it is to follow.

flow-migration-fits = Can be moved.
flow-migration-needs-mapping = Somebody is to say what stands in the other version for { $elements }.
flow-migration-blocked = Cannot be moved.
flow-migration-over = Is over: nothing is moved.
flow-migration-no-process = The other version has no such process.
flow-migration-blocked-no-target = “{ $element }” was paired with “{ $about }”, which the other version does not have
flow-migration-blocked-no-target-mend = Pair it with an element or flow that is there
flow-migration-blocked-kind = what goes on at “{ $element }” cannot go on as something of another kind
flow-migration-blocked-kind-mend = Wait until it is over, or pair it with an element of its kind
flow-migration-blocked-rounds = the rounds of “{ $element }” have begun and would be done in another order, or their opinions told by another field
flow-migration-blocked-rounds-mend = Wait until they are over, or leave the order and the field as they were
flow-migration-blocked-nesting = “{ $element }” lies in something that cannot be opened around what goes on, or outside it
flow-migration-blocked-nesting-mend = Leave it at its level, or put a sub-process around it that is done once
flow-migration-blocked-crowded = several would stand where “{ $element }” goes
flow-migration-blocked-crowded-mend = Pair each with a place of its own
flow-migration-blocked-join = tokens would wait at “{ $element }” for others that nothing could bring
flow-migration-blocked-join-mend = Pair what is open with elements before the split, or wait until the join is passed
flow-migration-blocked-clock = the clock of “{ $element }” cannot be armed ({ $about })
flow-migration-blocked-clock-mend = Load the calendar, mend the limit, or keep the clocks as they are
