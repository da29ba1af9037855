/** Taking the transcript home, in the format one likes. */

import { Download as DownloadIcon } from "lucide-preact";
import { type Format, FORMATS, readTranscript } from "../api/captions";
import { useAct } from "../components/act";
import { Tray } from "../components/tray";

export function Download({ roomId }: { roomId: string }) {
  const { busy, act } = useAct();
  return (
    <Tray bare label="Download captions" icon={<DownloadIcon aria-hidden="true" />}>
      {(close) =>
        FORMATS.map(([format, name]) => (
          <button
            key={format}
            type="button"
            class="item"
            aria-disabled={busy}
            onClick={() => act(() => save(roomId, format).then(close))}
          >
            {name}
            <small>.{format}</small>
          </button>
        ))
      }
    </Tray>
  );
}

/** Through a blob, since a plain link could not say who is asking. */
async function save(roomId: string, format: Format): Promise<void> {
  const url = URL.createObjectURL(await readTranscript(roomId, format));
  const link = document.createElement("a");
  link.href = url;
  link.download = `${roomId}.${format}`;
  link.click();
  // Long after the browser has begun to read it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
