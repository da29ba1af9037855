/** Who is in the room and what they do, as the room's events tell it: a pure fold. */

import type { Counts, RoomEvent } from "../events";
import { type Hand, type Member, onStage, type Role, type RoomFacts } from "../types";

/** Faces of the audience that are kept; beyond that a room is a number. */
export const AUDIENCE_SHOWN = 100;

export interface Roster {
  room: RoomFacts;
  you: Member;
  stage: Member[];
  /** Some of the listeners, newest last; `counts` has them all. */
  audience: Member[];
  hands: Hand[];
  counts: Counts;
  speaking: ReadonlySet<string>;
}

const RANK = { host: 0, cohost: 1, speaker: 2, listener: 3 };

/** The roster after `event`; the same object if nothing changed. */
export function fold(roster: Roster | null, event: RoomEvent): Roster | null {
  if (event.type === "room.state") {
    const { room, you, stage, hands, counts } = event;
    const audience = roster?.audience.filter(notIn(stage)) ?? [];
    return { room, you, stage: ordered(stage), audience, hands, counts, speaking: new Set() };
  }
  if (!roster) return null;
  switch (event.type) {
    case "member.joined":
      return place(roster, event.member);
    case "role.changed":
      return place(roster, { ...event.member, role: event.role });
    case "member.left":
      return without(roster, event.account_id);
    case "muted":
      return amend(roster, event.account_id, { muted: event.muted });
    case "hand.raised": {
      const { account_id, handle, name, avatar_url, place: at } = event;
      const others = roster.hands.filter((hand) => hand.account_id !== account_id);
      const hands = [...others, { account_id, handle, name, avatar_url, place: at }];
      hands.sort((a, b) => a.place - b.place);
      return { ...amend(roster, account_id, { hand: true }), hands };
    }
    case "hand.lowered":
      return withoutHand(amend(roster, event.account_id, { hand: false }), event.account_id);
    case "speaking":
      return { ...roster, speaking: new Set(event.account_ids) };
    case "counts":
      return { ...roster, counts: { listeners: event.listeners, speakers: event.speakers } };
    default:
      return roster;
  }
}

/** The roster with a page of listeners read from the API. */
export function withAudience(roster: Roster, listeners: Member[]): Roster {
  const known = new Set([...roster.stage, ...roster.audience].map((member) => member.account_id));
  const fresh = listeners.filter((member) => !known.has(member.account_id));
  return { ...roster, audience: [...fresh, ...roster.audience].slice(0, AUDIENCE_SHOWN) };
}

/** Whether this role brings me on stage without my hand being up. */
export function isBroughtUp({ you }: Roster, role: Role): boolean {
  return onStage(role) && !onStage(you.role) && !you.hand;
}

/** My role by this event; a connection that was lost may have missed the one that changed it. */
export function roleAfter({ you }: Roster, event: RoomEvent): Role {
  if (event.type === "room.state") return event.you.role;
  const mine = event.type === "role.changed" && event.account_id === you.account_id;
  return mine ? event.role : you.role;
}

/** The member or hand of that account, if it is one of those we know. */
export function find(roster: Roster, accountId: string): Member | Hand | undefined {
  const same = (person: { account_id: string }) => person.account_id === accountId;
  return roster.stage.find(same) ?? roster.audience.find(same) ?? roster.hands.find(same);
}

function place(roster: Roster, member: Member): Roster {
  const { account_id: id } = member;
  const stage = roster.stage.filter((one) => one.account_id !== id);
  const audience = roster.audience.filter((one) => one.account_id !== id);
  if (onStage(member.role)) stage.push(member);
  else audience.push(member);
  const you = roster.you.account_id === id ? { ...roster.you, ...member } : roster.you;
  const placed = {
    ...roster,
    you,
    stage: ordered(stage),
    audience: audience.slice(-AUDIENCE_SHOWN),
  };
  return onStage(member.role) ? withoutHand(placed, id) : placed;
}

function without(roster: Roster, accountId: string): Roster {
  const other = (member: Member) => member.account_id !== accountId;
  const speaking = new Set(roster.speaking);
  speaking.delete(accountId);
  const left = withoutHand(roster, accountId);
  return {
    ...left,
    stage: roster.stage.filter(other),
    audience: roster.audience.filter(other),
    speaking,
  };
}

function withoutHand(roster: Roster, accountId: string): Roster {
  const hands = roster.hands.filter((hand) => hand.account_id !== accountId);
  // Those behind move up one place.
  return { ...roster, hands: hands.map((hand, index) => ({ ...hand, place: index + 1 })) };
}

function amend(roster: Roster, accountId: string, change: Partial<Member>): Roster {
  const apply = (member: Member) =>
    member.account_id === accountId ? { ...member, ...change } : member;
  return {
    ...roster,
    you: apply(roster.you),
    stage: roster.stage.map(apply),
    audience: roster.audience.map(apply),
  };
}

function notIn(members: Member[]): (member: Member) => boolean {
  const ids = new Set(members.map((member) => member.account_id));
  return (member) => !ids.has(member.account_id);
}

function ordered(stage: Member[]): Member[] {
  return [...stage].sort((a, b) => RANK[a.role] - RANK[b.role]);
}
