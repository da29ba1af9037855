/**
 * Join a room from a browser, with no library.
 *
 *   const room = await join("https://stoa.example", "room_01J...", { token, microphone, onEvent });
 *   audio.srcObject = room.stream;   // an <audio autoplay>
 *   room.leave();
 *
 * `microphone`, a MediaStreamTrack, makes it talk, too. Without a `token` you are a guest. To come back
 * as who you were, give it the `room.media` from before; if that is refused, join without.
 */
export async function join(api, roomId, { token, microphone, media, onEvent = () => {} } = {}) {
  if (!media) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    const joined = await send(`${api}/rooms/${roomId}/join`, { method: "POST", headers, body: "{}" });
    ({ media } = await joined.json());
  }

  const peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  const { receiver } = microphone
    ? peer.addTransceiver(microphone, { direction: "sendrecv" })
    : peer.addTransceiver("audio", { direction: "recvonly" });
  const channel = peer.createDataChannel("events", { ordered: true });
  const told = (event) => {
    const { type, token, expires_at } = event;
    if (type === "token.renewed") media = { ...media, token, expires_at };
    else onEvent(event);
  };
  // A message holds one event, or a list of them.
  channel.onmessage = ({ data }) => [JSON.parse(data)].flat().forEach(told);
  const lost = new Promise((resolve) => {
    channel.onclose = resolve;
    peer.onconnectionstatechange = () => peer.connectionState === "failed" && resolve();
  });

  // The offer may go at once: the media worker needs none of our candidates.
  await peer.setLocalDescription(await peer.createOffer());
  const door = (method, url, type, body, more) =>
    send(url, {
      method,
      headers: { Authorization: `Bearer ${media.token}`, "Content-Type": type, ...more },
      body,
    });
  const answer = await door("POST", media.url, "application/sdp", peer.localDescription.sdp).catch(
    (refusal) => {
      peer.close();
      throw refusal;
    },
  );
  const location = new URL(answer.headers.get("Location"), media.url).href;
  let etag = answer.headers.get("ETag");
  await peer.setRemoteDescription({ type: "answer", sdp: await answer.text() });

  return {
    /** What is heard. */
    stream: new MediaStream([receiver.track]),
    /** Resolves once the connection is gone: leave, and join again unless an event said `ended`. */
    lost,
    /** What to come back with: where to, and the newest token. */
    get media() {
      return media;
    },
    /** New ICE credentials on the same connection, after a change of network. */
    async restart() {
      await peer.setLocalDescription(await peer.createOffer({ iceRestart: true }));
      const fragment = lines(peer.localDescription.sdp, "a=group:BUNDLE", "m=audio", "a=mid:", ...ICE);
      const type = "application/trickle-ice-sdpfrag";
      const given = await door("PATCH", location, type, fragment, { "If-Match": etag });
      etag = given.headers.get("ETag");
      const [ufrag, pwd] = lines(await given.text(), ...ICE).split("\r\n");
      const sdp = peer.remoteDescription.sdp
        .replace(/a=ice-ufrag:.*/g, ufrag)
        .replace(/a=ice-pwd:.*/g, pwd);
      await peer.setRemoteDescription({ type: "answer", sdp });
    },
    /** Hangs up, in a request that outlives the page. */
    leave() {
      const goodbye = { method: "DELETE", headers: { Authorization: `Bearer ${media.token}` } };
      const gone = fetch(location, { ...goodbye, keepalive: true }).catch(() => {});
      return gone.finally(() => peer.close());
    },
  };
}

const ICE = ["a=ice-ufrag:", "a=ice-pwd:"];

/** The first line that begins so, for each of these. */
function lines(sdp, ...beginnings) {
  const all = sdp.split(/\r?\n/);
  return beginnings.map((text) => `${all.find((line) => line.startsWith(text))}\r\n`).join("");
}

/** An Error that has the problem's stable `code`, and `retryAfter` in seconds if that may help. */
async function send(url, init) {
  const response = await fetch(url, { cache: "no-store", ...init });
  if (response.ok) return response;
  const { code, detail } = await response.json().catch(() => ({}));
  const retryAfter = Number(response.headers.get("Retry-After")) || null;
  throw Object.assign(new Error(detail ?? `HTTP ${response.status}`), { code, retryAfter });
}
