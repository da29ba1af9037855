/** The API's shapes: people, rooms and what a room's door answers. */

export type Role = "host" | "cohost" | "speaker" | "listener";

/** An account as others see it; a guest has no handle. */
export interface Person {
  account_id: string;
  handle: string | null;
  name: string;
  avatar_url: string | null;
}

export interface Member extends Person {
  role: Role;
  muted: boolean;
  hand: boolean;
}

/** A raised hand and its place in the queue, from 1. */
export interface Hand extends Person {
  place: number;
}

export interface Account extends Person {
  follower_count: number;
  following_count: number;
  live: { room_id: string; role: Role } | null;
}

/** Whether this account may host, and if not, why. */
export interface Hosting {
  allowed: boolean;
  code: string | null;
  follower_count: number;
  needed: number;
}

export interface Me extends Person {
  follower_count: number;
  following_count: number;
  hosting: Hosting;
}

export type RoomState = "scheduled" | "live" | "ended" | "cancelled";
export type Access = "open" | "followers" | "ticketed";
export type WhoMaySpeak = "everyone" | "followed" | "invited";

/** What a room is, whoever is in it. Times are RFC 3339, UTC. */
export interface RoomFacts {
  room_id: string;
  title: string;
  description: string;
  topics: string[];
  state: RoomState;
  access: Access;
  who_may_speak: WhoMaySpeak;
  host: Person;
  cohosts: Person[];
  captions: { language: string; enabled: boolean };
  starts_at: string | null;
  started_at: string | null;
  ended_at: string | null;
}

export interface Room extends RoomFacts {
  /** What the clock in `zone` (IANA) was to show at the start, as the host said it. */
  starts_local: string | null;
  zone: string | null;
  /** One of a series, the next of which is scheduled when this one is live or cancelled. */
  series_id: string | null;
  repeats: "weekly" | null;
  listener_count: number;
  speaker_count: number;
}

/** Live at once, unless it says when it starts: a `LocalStart`. */
export interface NewRoom {
  title: string;
  description: string;
  topics: string[];
  access: Access;
  who_may_speak: WhoMaySpeak;
  captions: { language: string };
  starts_local?: string;
  zone?: string;
  repeats?: "weekly";
}

/** A live room with those in it whom I follow. */
export interface FollowedRoom {
  room: Room;
  people: { account: Person; role: Role }[];
}

/** Where to send the SDP offer, and the token that opens the media door until `expires_at`. */
export interface MediaPass {
  url: string;
  token: string;
  expires_at: string;
}

export interface Joined {
  member: { account_id: string; role: Role; muted: boolean; hand: boolean };
  media: MediaPass;
}

/**
 * What someone said, as text. Times are milliseconds on the room's clock; `seq` is the place among
 * the final lines, 0 before; `revision` rises with each change.
 */
export interface CaptionLine {
  line_id: string;
  seq: number;
  speaker: { account_id: string; handle: string | null };
  text: string;
  final: boolean;
  starts_ms: number;
  ends_ms: number;
  revision: number;
  corrected_by: string | null;
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

export function onStage(role: Role): boolean {
  return role !== "listener";
}

export function runsRoom(role: Role): boolean {
  return role === "host" || role === "cohost";
}
