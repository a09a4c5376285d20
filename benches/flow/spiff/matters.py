"""Matters from start to end by SpiffWorkflow, each written as JSON to SQLite and committed.

Reads one JSON object from standard input: `process` and `decision` (XML), `seconds`, `processes` (how many work beside one
another, each on a file of its own), `folder`, `each` ("element": committed after every element, as it is asked; "rest":
committed only where the workflow comes to rest). Writes one: `matters`, `seconds`, `fee` (what the decision came to),
`elements` (those completed in a matter), `commits` (a matter's).
"""

import json
import multiprocessing
import os
import sqlite3
import sys
import time

from lxml import etree
from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.camunda.parser import CamundaParser
from SpiffWorkflow.camunda.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState


class Office:
    """One process of the machine: a file, a parsed model, and matters one after another."""

    def __init__(self, asked, path):
        parser = CamundaParser()
        parser.add_bpmn_xml(etree.fromstring(asked["process"].encode()))
        parser.add_dmn_xml(etree.fromstring(asked["decision"].encode()))
        self.spec = parser.get_spec("p")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
        self.each = asked["each"]
        self.commits = 0
        self.database = sqlite3.connect(path)
        self.database.execute("pragma journal_mode = wal")
        self.database.execute("pragma synchronous = full")
        self.database.execute("create table matter (id integer primary key, state text not null)")
        self.database.commit()

    def keep(self, matter, workflow):
        text = self.serializer.serialize_json(workflow)
        self.database.execute("insert or replace into matter (id, state) values (?, ?)", (matter, text))
        self.database.commit()
        self.commits += 1

    def run(self, matter):
        """One matter from start to end; what became of it."""
        workflow = BpmnWorkflow(self.spec)
        start = workflow.get_next_task(state=TaskState.READY)
        start.data["area"] = 250
        while not workflow.completed:
            ready = workflow.get_next_task(state=TaskState.READY)
            if ready is None:
                workflow.refresh_waiting_tasks()
                if self.each == "rest":
                    self.keep(matter, workflow)
                continue
            by_hand = ready.task_spec.manual
            if by_hand and self.each == "rest":
                self.keep(matter, workflow)
            ready.run()
            if self.each == "element" and ready.task_spec.bpmn_id:
                self.keep(matter, workflow)
        self.keep(matter, workflow)
        return workflow


def work(asked, path, out):
    office = Office(asked, path)
    office.run(0)
    office.commits = 0
    matters, begun = 0, time.perf_counter()
    workflow = None
    while time.perf_counter() - begun < asked["seconds"]:
        matters += 1
        workflow = office.run(matters)
    took = time.perf_counter() - begun
    done = [task.task_spec.bpmn_id for task in workflow.get_tasks(state=TaskState.COMPLETED)]
    out.put(
        {
            "matters": matters,
            "seconds": took,
            "fee": workflow.data.get("fee"),
            "elements": [element for element in done if element],
            "commits": office.commits / matters,
        }
    )


def main():
    asked = json.load(sys.stdin)
    out = multiprocessing.Queue()
    paths = [os.path.join(asked["folder"], f"spiff-{number}.sqlite") for number in range(asked["processes"])]
    workers = [multiprocessing.Process(target=work, args=(asked, path, out)) for path in paths]
    for worker in workers:
        worker.start()
    answers = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    rate = sum(answer["matters"] / answer["seconds"] for answer in answers)
    json.dump({**answers[0], "rate": rate}, sys.stdout)


main()
