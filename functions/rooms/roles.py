"""How members change roles: which act moves whom from where to where."""

from core.roles import Role
from functions.rooms.permissions import Act

# (from, to): the act, of others and of oneself. What is not here can't happen.
MOVES: dict[tuple[Role, Role], tuple[Act, Act]] = {
    (Role.LISTENER, Role.LISTENER): (Act.MOVE_DOWN, Act.STEP_DOWN),
    (Role.LISTENER, Role.SPEAKER): (Act.INVITE_UP, Act.TAKE_STAGE),
    (Role.LISTENER, Role.COHOST): (Act.APPOINT_COHOST, Act.APPOINT_COHOST),
    (Role.SPEAKER, Role.LISTENER): (Act.MOVE_DOWN, Act.STEP_DOWN),
    (Role.SPEAKER, Role.SPEAKER): (Act.INVITE_UP, Act.TAKE_STAGE),
    (Role.SPEAKER, Role.COHOST): (Act.APPOINT_COHOST, Act.APPOINT_COHOST),
    (Role.COHOST, Role.LISTENER): (Act.APPOINT_COHOST, Act.STEP_DOWN),
    (Role.COHOST, Role.SPEAKER): (Act.APPOINT_COHOST, Act.APPOINT_COHOST),
    (Role.COHOST, Role.COHOST): (Act.APPOINT_COHOST, Act.APPOINT_COHOST),
    (Role.HOST, Role.LISTENER): (Act.MOVE_HOST, Act.MOVE_HOST),
    (Role.HOST, Role.SPEAKER): (Act.MOVE_HOST, Act.MOVE_HOST),
    (Role.HOST, Role.COHOST): (Act.MOVE_HOST, Act.MOVE_HOST),
}


def moving(was: Role, will: Role, *, oneself: bool) -> Act:
    """What it is to give a member another role."""
    of_others, of_oneself = MOVES[was, will]
    return of_oneself if oneself else of_others


def muting(target: Role, *, muted: bool, oneself: bool) -> Act:
    """What it is to mute or unmute a member."""
    if oneself:
        return Act.MUTE_SELF
    if not muted:
        return Act.UNMUTE_OTHER
    return Act.MUTE_HOST if target is Role.HOST else Act.MUTE_MEMBER


REMOVING: dict[Role, Act] = {
    Role.HOST: Act.REMOVE_HOST,
    Role.COHOST: Act.REMOVE_COHOST,
    Role.SPEAKER: Act.REMOVE_MEMBER,
    Role.LISTENER: Act.REMOVE_MEMBER,
}


def removing(target: Role, *, oneself: bool) -> Act:
    """What it is to remove a member."""
    return Act.REMOVE_SELF if oneself else REMOVING[target]
