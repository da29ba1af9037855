/** The fields for what a room is about, and who may speak in it. */

import { type About, hasTooMany, TOPICS } from "../room/about";
import type { WhoMaySpeak } from "../types";
import { Choice, Field } from "./field";

const SPEAKING = [
  ["everyone", "Everyone", "Any listener may take the stage."],
  ["followed", "People I follow", "They may take the stage, others raise a hand."],
  ["invited", "Invited", "Only those whom you invite up."],
] as const satisfies readonly (readonly [WhoMaySpeak, string, string])[];

interface AboutProps {
  about: About;
  onAbout: (about: About) => void;
}

export function AboutFields({ about, onAbout }: AboutProps) {
  return (
    <>
      <Field
        label="Title"
        value={about.title}
        onValue={(title) => onAbout({ ...about, title })}
        hint="What will people hear?"
        input={{ required: true, maxLength: 70, autoFocus: true, autocomplete: "off" }}
      />
      <Field
        label="Description"
        value={about.description}
        onValue={(description) => onAbout({ ...about, description })}
        multiline
        hint="Optional."
      />
      <Field
        label="Topics"
        value={about.topics}
        onValue={(topics) => onAbout({ ...about, topics })}
        error={hasTooMany(about) ? `At most ${TOPICS} topics, please.` : null}
        hint="Up to three, with commas between: music, history"
        input={{ autocomplete: "off" }}
      />
    </>
  );
}

interface SpeakingProps {
  value: WhoMaySpeak;
  onValue: (value: WhoMaySpeak) => void;
}

export function SpeakingField({ value, onValue }: SpeakingProps) {
  return <Choice legend="Who may speak" value={value} onValue={onValue} options={SPEAKING} />;
}
