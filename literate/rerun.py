"""The examples of a project run anew, each when it is first asked for and once, and what is wrong then."""

import threading

from literate.claims import claim_fault, loss_fault, speaks_of_loss
from literate.errors import LiterateError, StaleError
from literate.plan import Plan, plan
from literate.project import Project
from literate.record import disagreement
from literate.recording import Recording
from literate.recordings import Recordings
from literate.results import Claim
from literate.runs import recording_of, run_example
from literate.weave import Woven


class _NewRecordings(Recordings):
    """Recordings of runs that are made when one is first asked for."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan.recordings.sources, plan.project.settings)
        self._plan = plan
        self._failed: dict[str, LiterateError] = {}

    def get(self, example: str) -> Recording:
        """The recording of the run of `example`, the committed one of an example that is not verified.

        Raises LiterateError where it failed.
        """
        if not self.settings.of_example(example).verify:
            return super().get(example)
        if example in self._failed:
            raise self._failed[example]
        if example not in self._cache:
            try:
                [result] = run_example(self._plan, example, 1, threading.Event())
                self._cache[example] = recording_of(self._plan, example, result)
            except LiterateError as error:
                self._failed[example] = error
                raise
        return self._cache[example]


class Rerun:
    """The pages of a project, and new runs of what they show."""

    def __init__(self, project: Project) -> None:
        self._plan = plan(project, [], every=True)
        self._recordings = _NewRecordings(self._plan)
        self._listed = set(project.listed_examples())

    def page(self, template: str) -> Woven:
        """The page of `template`. Raises LiterateError where the project has no such template."""
        for page in self._plan.pages:
            if page.template == template:
                return page
        raise LiterateError(f"'{template}' is left out by the setting 'exclude'")

    def examples(self, page: Woven) -> list[str]:
        """The examples that `page` shows, in its order: those whose results it has, and those of the settings.

        Those that are not verified are left out.
        """
        shown = page.shown()
        listed = self._listed.intersection(shown)
        order = {path: number for number, path in enumerate(shown)}
        found = sorted(listed.union(page.examples), key=lambda path: (order.get(path, len(order)), path))
        return [path for path in found if self._plan.project.settings.of_example(path).verify]

    def groups(self, page: Woven) -> dict[str, str]:
        """For each example of `page` the first of those that claims compare it with, directly or not."""
        examples = self.examples(page)
        group = {example: example for example in examples}
        for claim in page.claims:
            for other in examples if claim.example in group else []:
                if other in claim.expression and group[other] != group[claim.example]:
                    first, last = sorted((group[other], group[claim.example]), key=examples.index)
                    group = {one: first if of == last else of for one, of in group.items()}
        return group

    def run_faults(self, example: str) -> list[LiterateError]:
        """What is wrong with a new run of `example`: it failed, it is not what was recorded, it did not train."""
        try:
            new = self._recordings.get(example)
        except LiterateError as error:
            return [error]
        faults = [disagreement(self._plan, new)]
        if not any(speaks_of_loss(claim, example) for page in self._plan.pages for claim in page.claims):
            faults.append(loss_fault(example, self._recordings))
        return [fault for fault in faults if fault]

    def claim_faults(self, claim: Claim) -> list[LiterateError]:
        """What is wrong with `claim` on new runs of the examples that it is about."""
        fault = claim_fault(claim, self._recordings)
        if fault and fault.location is not claim.location:  # that of an example, which has an item of its own
            note = (fault.location, fault.message)
            fault = StaleError(
                f"nothing to hold the claim against: {claim.expression}", claim.location, (note,)
            )
        return [fault] if fault else []
