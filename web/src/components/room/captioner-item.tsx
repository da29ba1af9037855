/** In the menu of a captioner, and of nobody else: writing captions by hand. */

import { Keyboard } from "lucide-preact";
import { mayCaption } from "../../api/captions";
import { writing } from "../../captions/by-hand";
import { useLoad } from "../load";

interface Props {
  roomId: string;
  onChosen: () => void;
}

/** Asked when the menu opens: hardly anybody is one, and everybody joins. */
export function CaptionerItem({ roomId, onChosen }: Props) {
  const { value } = useLoad(`captioning ${roomId}`, () => mayCaption(roomId));
  if (!value || writing.value === roomId) return null;
  return (
    <button
      type="button"
      class="item"
      onClick={() => {
        onChosen();
        writing.value = roomId;
      }}
    >
      <Keyboard aria-hidden="true" />
      Write captions
    </button>
  );
}
