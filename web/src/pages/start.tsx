/** Opening a room: what it is about, who may come in, who may speak. */

import { Radio } from "lucide-preact";
import { useState } from "preact/hooks";
import { Link, useLocation } from "wouter-preact";
import { ApiError, sentence } from "../api/problem";
import { openRoom } from "../api/rooms";
import { me } from "../auth/me";
import { Choice, Field } from "../components/field";
import { Followers } from "../components/followers-needed";
import { useTitle } from "../components/title";
import { enter } from "../room/current";
import type { Access, WhoMaySpeak } from "../types";

const TOPICS = 3;

const ACCESS = [
  ["open", "Open", "Anyone with the link, guests too."],
  ["followers", "Followers", "Only those who follow you."],
] as const satisfies readonly (readonly [Access, string, string])[];

const SPEAKING = [
  ["everyone", "Everyone", "Any listener may take the stage."],
  ["followed", "People I follow", "They may take the stage, others raise a hand."],
  ["invited", "Invited", "Only those whom you invite up."],
] as const satisfies readonly (readonly [WhoMaySpeak, string, string])[];

export function StartPage() {
  useTitle("Start a room");
  const self = me.value;
  if (self === undefined) return <div class="page narrow" aria-busy="true" />;
  if (self === null) {
    return (
      <div class="page narrow">
        <h1>Start a room</h1>
        <p class="lead">Sign in to open a room of your own.</p>
        <Link href="/sign-in?to=/start" class="button primary">
          Sign in
        </Link>
      </div>
    );
  }
  const { allowed, follower_count, needed } = self.hosting;
  return (
    <div class="page narrow">
      <h1>Start a room</h1>
      {allowed ? <RoomForm /> : <Followers has={follower_count} needs={needed} />}
    </div>
  );
}

function RoomForm() {
  const [, navigate] = useLocation();
  const [title, setTitle] = useState("");
  const [description, setDescription] = useState("");
  const [topics, setTopics] = useState("");
  const [access, setAccess] = useState<Access>("open");
  const [speaking, setSpeaking] = useState<WhoMaySpeak>("everyone");
  const [refusal, setRefusal] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const list = split(topics);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setRefusal(null);
    try {
      const wanted = { title: title.trim(), description: description.trim(), topics: list };
      const room = await openRoom({ ...wanted, access, who_may_speak: speaking });
      enter(room.room_id);
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
  const tooMany = list.length > TOPICS ? `At most ${TOPICS} topics, please.` : null;
  return (
    <form class="form" onSubmit={(event) => void submit(event)}>
      <Field
        label="Title"
        value={title}
        onValue={setTitle}
        hint="What will people hear?"
        input={{ required: true, maxLength: 70, autoFocus: true, autocomplete: "off" }}
      />
      <Field
        label="Description"
        value={description}
        onValue={setDescription}
        multiline
        hint="Optional."
      />
      <Field
        label="Topics"
        value={topics}
        onValue={setTopics}
        error={tooMany}
        hint="Up to three, with commas between: music, history"
        input={{ autocomplete: "off" }}
      />
      <Choice legend="Who may come in" value={access} onValue={setAccess} options={ACCESS} />
      <Choice legend="Who may speak" value={speaking} onValue={setSpeaking} options={SPEAKING} />
      {refusal !== null && (
        <p class="banner" role="alert">
          {sentence(refusal)}
        </p>
      )}
      <button
        type="submit"
        class="button primary big"
        disabled={busy || !title.trim() || tooMany !== null}
      >
        <Radio aria-hidden="true" />
        Go live
      </button>
    </form>
  );
}

function split(text: string): string[] {
  const topics = text.split(",").map((topic) => topic.trim().replace(/^#/, "").toLowerCase());
  return [...new Set(topics.filter(Boolean))];
}
