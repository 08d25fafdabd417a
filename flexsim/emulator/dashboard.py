"""The live dashboard of one server: what every workspace shows, kept up to date, and who watches it."""

from typing import Any

from flexsim.emulator.dashboard_actions import Actions
from flexsim.emulator.dashboard_feed import Feed, Goal
from flexsim.emulator.dashboard_stream import Stream
from flexsim.emulator.host import Happening, Host, Workspace
from flexsim.taskrouter.events import KIND, WORKSPACE_CREATED, WORKSPACE_DELETED


class Dashboard:
    """A subscriber of the host's, and a keeper.

    ``actions`` None offers none. Figures are counted from a workspace's creation on, and go on after a restart from the
    data file; charts begin anew.
    """

    name = "dashboard"

    def __init__(self, host: Host, goal: Goal, actions: Actions | None) -> None:
        self.actions = actions
        self.goal = goal
        self._host = host
        self._feeds: dict[str, Feed] = {}
        self._streams: dict[str, Stream] = {}

    def __call__(self, happening: Happening) -> None:
        """Take in what has happened."""
        sid = happening.workspace.sid
        if happening.events[0][KIND] == WORKSPACE_CREATED:
            self._feeds[sid] = Feed(happening.workspace.engine, happening.events[0][0], self.goal)
        elif happening.events[-1][KIND] == WORKSPACE_DELETED:
            self._feeds.pop(sid, None)
            if stream := self._streams.pop(sid, None):
                stream.end()
        else:
            self.feed(happening.workspace).hear(happening.events, happening.first + len(happening.events))
            if stream := self._streams.get(sid):
                stream.news()

    def feed(self, workspace: Workspace) -> Feed:
        """What the workspace shows."""
        return self._feeds[workspace.sid]

    def stream(self, workspace: Workspace) -> Stream:
        """The workspace's viewers."""
        found = self._streams.get(workspace.sid)
        if found is None:
            found = self._streams[workspace.sid] = Stream(
                self.feed(workspace), self._host.clock, lambda: self._beside(workspace)
            )
        return found

    def watching(self) -> dict[str, int]:
        """How many watch now, and how often one of them was too slow and had to be given a fresh snapshot."""
        streams = self._streams.values()
        return {
            "viewers": sum(each.viewers for each in streams),
            "frames": sum(each.frames for each in streams),
            "resynced": sum(each.resynced for each in streams),
        }

    def end(self) -> None:
        """Nobody watches any more: the server stops."""
        for stream in self._streams.values():
            stream.end()

    def dump(self) -> Any:
        return {sid: feed.dump() for sid, feed in self._feeds.items()}

    def load(self, document: Any) -> None:
        """The host has its workspaces again, as they were when ``document`` was made."""
        now = self._host.clock.now()
        for workspace in self._host.workspaces():
            known = document.get(workspace.sid)
            self._feeds[workspace.sid] = Feed(workspace.engine, now, self.goal, known)

    def _beside(self, workspace: Workspace) -> dict[str, Any]:
        return {
            "workspace": {"sid": workspace.sid, "name": workspace.engine.name, "account": workspace.account.sid},
            "actions": None if self.actions is None else self.actions.offered,
        }
