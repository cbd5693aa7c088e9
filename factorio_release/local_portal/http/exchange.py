"""One request from its head to its answer: log, faults, form, action."""

from __future__ import annotations

import threading
import time
import traceback
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from factorio_release.local_portal.actions import ReceivedRequest
from factorio_release.local_portal.answers import refusal_answer
from factorio_release.local_portal.endpoints import find_endpoint
from factorio_release.local_portal.faults.altered_answers import alter_answer
from factorio_release.local_portal.faults.altered_requests import alter_request
from factorio_release.local_portal.faults.effects import ACTING_KINDS, NOT_ACTED, distort
from factorio_release.local_portal.faults.gates import Gate
from factorio_release.local_portal.faults.kinds import BEHAVIOURS
from factorio_release.local_portal.http.bodies import ConnectionLost
from factorio_release.local_portal.http.form import Form
from factorio_release.local_portal.http.request_body import receive, turn_away
from factorio_release.local_portal.log import FileRecord
from factorio_release.local_portal.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from factorio_release.local_portal.actions import Actions
    from factorio_release.local_portal.answers import Answer
    from factorio_release.local_portal.faults.faults import Fault, FaultList
    from factorio_release.local_portal.http.connection import Connection
    from factorio_release.local_portal.log import RequestLog, RequestRecord

# A held request that no test releases ends after this time, and so does its thread.
_HOLD_SECONDS = 600.0
# How often a held request looks whether its client has closed the connection.
_POLL_SECONDS = 0.01


class Exchange:
    """Answers the requests of both ports; `defects` are tracebacks of the portal's own defects."""

    def __init__(
        self,
        actions: Actions,
        pages: dict[str, Callable[[ReceivedRequest], Answer]],
        faults: FaultList,
        log: RequestLog,
    ) -> None:
        self._actions = actions
        self._table = {**actions.table(), **pages}
        self._faults = faults
        self._log = log
        self.stopping = threading.Event()
        self.defects: list[str] = []

    def answer(self, connection: Connection) -> None:
        """Read a request, act on it and send the answer.

        Raises:
            ConnectionLost: when no answer is to be sent.
        """
        began = time.monotonic()
        record = self._log.open(
            connection.host,
            connection.command,
            connection.path,
            self._actions.state.clock(),
            had_key=connection.headers.get("Authorization") is not None,
            agent=connection.headers.get("User-Agent") or "",
        )
        form = Form()
        status = 0
        try:
            answer = self._answer_to(connection, record, form)
            if not answer.dropped:
                status = answer.status
                record.response_size = answer.size
        finally:
            form.discard()
            # Before the answer is sent: a test that has the answer finds the outcome in the log.
            self._log.close(record, status, time.monotonic() - began)
        connection.deliver(answer)

    def report_defect(self) -> None:
        """Store the traceback of a defect of the portal."""
        self.defects.append(traceback.format_exc())

    def _answer_to(self, connection: Connection, record: RequestRecord, form: Form) -> Answer:
        try:
            endpoint, parameters = find_endpoint(
                connection.host, connection.command, urlsplit(connection.path).path
            )
            record.endpoint = endpoint.name
        except Refusal as refusal:
            turn_away(connection)
            return _refuse(record, refusal)
        faults = self._faults.due(endpoint)
        record.fault = " ".join(map(str, faults))
        behaviours = tuple(one for one in faults if one.kind in BEHAVIOURS)
        fault = None
        for one in faults:
            if one.kind not in BEHAVIOURS:
                fault = one
        authorization = connection.headers.get("Authorization") or ""
        request = ReceivedRequest(
            endpoint, connection.path, parameters, authorization, form, record, behaviours
        )
        record.mod = self._log.hide(self._mod_of(request))
        problem = receive(connection, fault, form, self._actions.state.store.spool, record)
        self._note_form(record, form)
        if not record.mod and form.fields.get("mod"):
            record.mod = self._log.hide(form.fields["mod"][0])
        if fault is None:
            return self._act(request, record, problem)
        return self._act_under(fault, request, problem, connection)

    def _act_under(
        self,
        fault: Fault,
        request: ReceivedRequest,
        problem: Refusal | None,
        connection: Connection,
    ) -> Answer:
        record = request.record
        lets_act = fault.kind in ACTING_KINDS
        if lets_act and not fault.after:
            self._spend(fault, record, connection)
        if not lets_act and not fault.after:
            return distort(fault, NOT_ACTED)
        answer = self._act(request, record, problem)
        if lets_act and fault.after:
            self._spend(fault, record, connection)
        return distort(fault, answer)

    def _act(
        self, request: ReceivedRequest, record: RequestRecord, problem: Refusal | None
    ) -> Answer:
        if problem is not None:
            return _refuse(record, problem)
        try:
            answer = alter_answer(request.behaviours, self._answer_of_action(request, record))
        except Refusal as refusal:
            return _refuse(record, refusal)
        except Exception:  # noqa: BLE001 - a defect of the portal becomes its documented InternalError
            self.report_defect()
            return _refuse(record, Refusal("InternalError", "Internal error"))
        record.acted = True
        return answer

    def _answer_of_action(self, request: ReceivedRequest, record: RequestRecord) -> Answer:
        if not request.endpoint.cached:
            self._actions.authorize(request)
            alter_request(request.behaviours, request.form)
            return self._actions.reads.write(
                request.behaviours, lambda: self._table[request.endpoint.name](request)
            )
        kept = self._actions.cache.get(request.target)
        record.cached = kept is not None
        if kept is None:
            try:
                kept = self._table[request.endpoint.name](request)
            except Refusal as refusal:
                # A 404 is cached like any other answer, so that a new mod shows late too.
                kept = refusal_answer(refusal)
            self._actions.cache.keep(request.target, kept)
        return kept

    def _mod_of(self, request: ReceivedRequest) -> str:
        """Return the name of the mod in the path or of the upload address, `""` when it is in the form."""
        token = request.parameters.get("token", "")
        return request.parameters.get("name", "") or self._actions.state.tickets.mod_of(token)

    def _note_form(self, record: RequestRecord, form: Form) -> None:
        hide = self._log.hide
        record.fields = {
            hide(name): [hide(one) for one in values] for name, values in form.fields.items()
        }
        record.files = {
            hide(name): FileRecord(hide(upload.filename), upload.size, upload.sha1)
            for name, upload in form.files.items()
        }

    def _spend(self, fault: Fault, record: RequestRecord, connection: Connection) -> None:
        if fault.kind == "delay":
            self.stopping.wait(fault.number(1))
        elif fault.kind == "call" and fault.callback is not None:
            fault.callback(record)
        elif fault.kind == "hold":
            self._hold(fault.gate or Gate(), fault.number(_HOLD_SECONDS), record, connection)

    def _hold(
        self, gate: Gate, seconds: float, record: RequestRecord, connection: Connection
    ) -> None:
        gate.arrive(record)
        deadline = time.monotonic() + seconds
        while not gate.opened(_POLL_SECONDS):
            if connection.client_gone() or self.stopping.is_set():
                raise ConnectionLost
            if time.monotonic() > deadline:
                return
        if not gate.proceeds:
            raise ConnectionLost


def _refuse(record: RequestRecord, refusal: Refusal) -> Answer:
    record.code = refusal.code or ""
    return refusal_answer(refusal)
