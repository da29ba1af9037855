/** The API's shapes, by the contract (api/schema.d.ts), and those that only a room's worker tells. */

import type { components } from "./api/schema";

type Schemas = components["schemas"];

export type Role = Schemas["Role"];

/** An account as others see it; a guest has no handle. */
export type Person = Schemas["Person"];
export type Member = Schemas["Member"];
/** A raised hand and its place in the queue, from 1. */
export type Hand = Schemas["Hand"];
export type Account = Schemas["Account"];
/** Whether this account may host, and if not, why. */
export type Hosting = Schemas["Hosting"];
export type Me = Schemas["Me"];

export type RoomState = Schemas["RoomState"];
export type Access = Schemas["Access"];
/** What the sound is made for: speech alike in loudness, or stereo as it is played. */
export type Profile = Schemas["SoundProfile"];
export type WhoMaySpeak = Schemas["WhoMaySpeak"];

/** Times are RFC 3339, UTC; `starts_local` is what the clock in `zone` (IANA) is to show. */
export type Room = Schemas["Room"];
/** What a room is, whoever is in it: as its worker tells it. */
export type RoomFacts = Omit<
  Room,
  | "listener_count"
  | "recording"
  | "repeats"
  | "series_id"
  | "speaker_count"
  | "starts_local"
  | "zone"
>;
/** Live at once, unless it says when it starts. */
export type NewRoom = Schemas["NewRoom"];
export type RoomChange = Schemas["RoomChange"];

/** As much of a room as there is to see where it is only spoken of. */
export type RoomBrief = Schemas["RoomBrief"];
/** What somebody found wrong; `title` is what the room was called then. */
export type Report = Schemas["Report"];
export type ReportState = Schemas["ReportState"];

/** Who did what to whom in a room, and when; Stoa itself is an account of that name. */
export type LogEntry = Schemas["LogEntry"];

/** A live room with those in it whom I follow. */
export type FollowedRoom = Schemas["FollowedRoom"];
/** Where to send the SDP offer, and the token that opens the media door until `expires_at`. */
export type MediaPass = Schemas["MediaPass"];
export type Joined = Schemas["Joined"];

/**
 * What someone said, as text. Times are milliseconds on the room's clock; `seq` is the place among
 * the final lines, 0 before; `revision` rises with each change.
 */
export type CaptionLine = Schemas["CaptionLine"];

/** Of all hearers who have reported; the 90th percentile is a value that one of them has. */
export interface Spread {
  median: number;
  p90: number;
}

/** How a speaker reaches the room, as shares of 0 to 1 of what was sent and of what is heard. */
export interface SpeakerQuality {
  account_id: string;
  loss: number;
  concealed: number;
  delay_ms: number;
}

/** How a room's connections do; null for what nobody has reported. */
export interface RoomQuality {
  hearers: number;
  loss: Spread | null;
  jitter_ms: Spread | null;
  round_trip_ms: Spread | null;
  longest_gap_ms: number;
  speakers: SpeakerQuality[];
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
