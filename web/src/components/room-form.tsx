/** A room to be: what it is about, when it starts, who may come in, who may speak. */

import { CalendarPlus, Radio } from "lucide-preact";
import { useState } from "preact/hooks";
import { useLocation } from "wouter-preact";
import { serverNow } from "../api/clock";
import { ApiError } from "../api/problem";
import { openRoom } from "../api/rooms";
import { likely, nameOf, SPOKEN } from "../discovery/languages";
import { asSent, isFit } from "../room/about";
import { enter } from "../room/current";
import { startProblem, suggestion, zone } from "../room/schedule";
import type { Access, NewRoom, Profile, WhoMaySpeak } from "../types";
import { AboutFields, SpeakingField } from "./about-fields";
import { Check } from "./check";
import { Choice, Select } from "./field";
import { Followers } from "./followers-needed";
import { useSelling } from "./host/selling";
import { RoomRefused } from "./room-refused";
import { StartField } from "./start-field";

const WHEN = [
  ["now", "Now", "You go live at once."],
  ["later", "Later", "People see it coming."],
] as const;

const ACCESS = [
  ["open", "Open", "Anyone with the link, guests too."],
  ["followers", "Followers", "Only those who follow you."],
] as const satisfies readonly (readonly [Access, string, string])[];

/** Tickets are sold before a room starts. */
const ACCESS_LATER = [
  ...ACCESS,
  ["ticketed", "Ticketed", "Those who have a ticket. You set the price next."],
] as const satisfies readonly (readonly [Access, string, string])[];

const SOUND = [
  ["voice", "Voices", "Everybody equally loud and clear."],
  ["music", "Music", "Stereo, just as it is played. Headphones for those on stage."],
] as const satisfies readonly (readonly [Profile, string, string])[];

const LANGUAGES = SPOKEN.map((tag) => [tag, nameOf(tag)] as const);

export function RoomForm() {
  const [, navigate] = useLocation();
  const [about, setAbout] = useState({ title: "", description: "", topics: "" });
  const [when, setWhen] = useState<"now" | "later">("now");
  const [start, setStart] = useState(() => suggestion(new Date(serverNow())));
  const [weekly, setWeekly] = useState(false);
  const [language, setLanguage] = useState(() => likely(navigator.languages));
  const [wantedAccess, setAccess] = useState<Access>("open");
  const [speaking, setSpeaking] = useState<WhoMaySpeak>("everyone");
  const [captioned, setCaptioned] = useState(false);
  const [profile, setProfile] = useState<Profile>("voice");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const selling = useSelling();
  const later = when === "later";
  const sellable = later && !selling?.refusal;
  const access = wantedAccess === "ticketed" && !sellable ? "open" : wantedAccess;
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      const wanted: NewRoom = {
        ...asSent(about),
        access,
        who_may_speak: speaking,
        profile,
        captions: { language, enabled: captioned },
        ...(later && { starts_local: start, zone: zone() }),
        ...(later && weekly && { repeats: "weekly" }),
      };
      const room = await openRoom(wanted);
      if (!later) enter(room.room_id);
      navigate(`/rooms/${room.room_id}`);
    } catch (error) {
      setRefusal(error);
      setBusy(false);
    }
  };
  if (refusal instanceof ApiError && refusal.code === "not_eligible_to_host") {
    const { follower_count, needed } = refusal.problem;
    return <Followers has={Number(follower_count)} needs={Number(needed)} />;
  }
  const cantStart = later && startProblem(start, new Date(serverNow())) !== null;
  const Icon = later ? CalendarPlus : Radio;
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <AboutFields about={about} onAbout={setAbout} />
      <Choice legend="When" value={when} onValue={setWhen} options={WHEN} />
      {later && (
        <>
          <StartField label="Starts" value={start} onValue={setStart} />
          <Check checked={weekly} onChecked={setWeekly}>
            Repeats every week
            <small>By your clock: at the same hour in summer and in winter.</small>
          </Check>
        </>
      )}
      <Choice
        legend="Who may come in"
        value={access}
        onValue={setAccess}
        options={sellable ? ACCESS_LATER : ACCESS}
      />
      {later && selling?.refusal && <p class="note">{selling.refusal}</p>}
      {access === "ticketed" && selling?.unpaid && (
        <p class="note">
          Free tickets you can give out at once. To be paid for them,{" "}
          <a href="/payouts" target="_blank" rel="noreferrer">
            set up your payouts
          </a>{" "}
          first.
        </p>
      )}
      <SpeakingField value={speaking} onValue={setSpeaking} />
      <Choice legend="Sound" value={profile} onValue={setProfile} options={SOUND} />
      <Select label="Language" value={language} onValue={setLanguage} options={LANGUAGES} />
      <Check checked={captioned} onChecked={setCaptioned}>
        Live captions
        <small>
          What is said is written out as you speak, and kept as a transcript. You can turn captions
          on and off while you are live.
        </small>
      </Check>
      {refusal !== null && <RoomRefused error={refusal} />}
      <button
        type="submit"
        class="button primary big"
        disabled={busy || !isFit(about) || cantStart}
      >
        <Icon aria-hidden="true" />
        {later ? "Schedule" : "Go live"}
      </button>
    </form>
  );
}
