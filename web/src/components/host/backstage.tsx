/** What stands behind a room: the words its captions know, who writes them by hand, and its log. */

import { Dialog } from "../dialog";
import { Fold } from "../fold";
import { Captioners } from "./captioners";
import { Log } from "./log";
import { Words } from "./words";

export const HOSTS = "Captions and log";
export const COHOSTS = "Words for captions";

function Backstage({ roomId }: { roomId: string }) {
  return (
    <div>
      <Fold title={COHOSTS}>
        <Words roomId={roomId} />
      </Fold>
      <Fold title="Captioners">
        <Captioners roomId={roomId} />
      </Fold>
      <Fold title="Log">
        <Log roomId={roomId} />
      </Fold>
    </div>
  );
}

/** At the door of the host's own room. */
export function BackstageBox({ roomId }: { roomId: string }) {
  return (
    <section class="box" aria-labelledby="backstage">
      <header class="box-head">
        <h2 id="backstage">{HOSTS}</h2>
      </header>
      <Backstage roomId={roomId} />
    </section>
  );
}

interface Props {
  roomId: string;
  /** Co-hosts look after the words, and no more. */
  hosts: boolean;
  onClose: () => void;
}

/** While the room is live. */
export function BackstageDialog({ roomId, hosts, onClose }: Props) {
  return (
    <Dialog title={hosts ? HOSTS : COHOSTS} onClose={onClose}>
      {hosts ? <Backstage roomId={roomId} /> : <Words roomId={roomId} />}
    </Dialog>
  );
}
