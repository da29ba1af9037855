// Join a room from Android 7 or later. Needs the permissions INTERNET and, to talk, RECORD_AUDIO (which
// the user must have granted before); a foreground service of type "mediaPlayback" (or "microphone") to
// go on in the background; and
//
//     implementation("io.getstream:stream-webrtc-android:1.3.10")
//     implementation("com.squareup.okhttp3:okhttp:5.3.2")
//     implementation("org.jetbrains.kotlinx:kotlinx-coroutines-android:1.10.2")
//
//     val room = Room.join(context, "https://stoa.example", "room_01J...", idToken, talks = true) {
//         println(it)
//     }
//     room.leave()

import android.content.Context
import java.nio.charset.StandardCharsets.UTF_8
import kotlin.coroutines.resume
import kotlin.coroutines.resumeWithException
import kotlin.coroutines.suspendCoroutine
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.withContext
import okhttp3.HttpUrl.Companion.toHttpUrl
import okhttp3.MediaType.Companion.toMediaType
import okhttp3.OkHttpClient
import okhttp3.Request
import okhttp3.RequestBody.Companion.toRequestBody
import org.json.JSONArray
import org.json.JSONObject
import org.json.JSONTokener
import org.webrtc.*

/** The API said no: [code] is stable; [retryAfter] seconds from now it may say yes, if ever. */
class Refused(val status: Int, val code: String, val retryAfter: Long?) : Exception(code)

/** What opens the media door: where it is, and the newest token. */
data class Pass(val url: String, val token: String)

class Room private constructor(
    pass: Pass,
    private val onLost: () -> Unit,
    private val onEvent: (JSONObject) -> Unit,
) {
    @Volatile var pass = pass
        private set
    private lateinit var peer: PeerConnection
    private lateinit var location: String
    private var etag = "*"
    private var source: AudioSource? = null
    @Volatile private var over = false

    companion object {
        private val http = OkHttpClient()
        private var factory: PeerConnectionFactory? = null

        /**
         * Without a [token] you are a guest. [onLost]: leave, and join again unless an event said
         * `ended`. Both are called on any thread. To come back as who you were, give it the [pass]
         * of the room from before; if that is refused, join without.
         */
        suspend fun join(
            context: Context, api: String, roomId: String, token: String? = null,
            talks: Boolean = false, pass: Pass? = null, onLost: () -> Unit = {},
            onEvent: (JSONObject) -> Unit,
        ): Room {
            val room = Room(pass ?: enter("$api/rooms/$roomId/join", token), onLost, onEvent)
            try {
                room.connect(factoryFor(context), talks)
            } catch (failure: Throwable) {
                room.close()
                throw failure
            }
            return room
        }

        private suspend fun enter(url: String, token: String?): Pass {
            val answer = send("POST", url, token, "application/json", "{}")
            val media = JSONObject(answer.body).getJSONObject("media")
            return Pass(media.getString("url"), media.getString("token"))
        }

        private fun factoryFor(context: Context): PeerConnectionFactory = factory ?: run {
            val options = PeerConnectionFactory.InitializationOptions
                .builder(context.applicationContext).createInitializationOptions()
            PeerConnectionFactory.initialize(options)
            PeerConnectionFactory.builder().createPeerConnectionFactory().also { factory = it }
        }

        private suspend fun send(
            method: String, url: String, token: String?, type: String, body: String?,
            more: Map<String, String> = emptyMap(),
        ): Answer = withContext(Dispatchers.IO) {
            // From bytes, since a text would get a charset that no SDP takes.
            val sent = body?.toByteArray(UTF_8)?.toRequestBody(type.toMediaType())
            val request = Request.Builder().url(url).method(method, sent)
            token?.let { request.header("Authorization", "Bearer $it") }
            more.forEach { (name, value) -> request.header(name, value) }
            http.newCall(request.build()).execute().use { response ->
                val text = response.body.string()
                if (!response.isSuccessful) {
                    val code = runCatching { JSONObject(text).getString("code") }
                    val retryAfter = response.header("Retry-After")?.toLongOrNull()
                    throw Refused(response.code, code.getOrDefault("unknown"), retryAfter)
                }
                Answer(text, response.header("Location"), response.header("ETag"))
            }
        }
    }

    private class Answer(val body: String, val location: String?, val etag: String?)

    private suspend fun connect(factory: PeerConnectionFactory, talks: Boolean) {
        val configuration = PeerConnection.RTCConfiguration(emptyList()).apply {
            sdpSemantics = PeerConnection.SdpSemantics.UNIFIED_PLAN
            bundlePolicy = PeerConnection.BundlePolicy.MAXBUNDLE
        }
        peer = factory.createPeerConnection(configuration, Observer())!!
        if (talks) {
            source = factory.createAudioSource(MediaConstraints())
            peer.addTransceiver(
                factory.createAudioTrack("microphone", source),
                RtpTransceiver.RtpTransceiverInit(RtpTransceiver.RtpTransceiverDirection.SEND_RECV),
            )
        } else {
            peer.addTransceiver(
                MediaStreamTrack.MediaType.MEDIA_TYPE_AUDIO,
                RtpTransceiver.RtpTransceiverInit(RtpTransceiver.RtpTransceiverDirection.RECV_ONLY),
            )
        }
        val channel = peer.createDataChannel("events", DataChannel.Init())
        channel.registerObserver(Events(channel))

        // The offer may go at once: the media worker needs none of our candidates.
        val offer = offer(MediaConstraints())
        val answer = door("POST", pass.url, "application/sdp", offer.description)
        location = pass.url.toHttpUrl().resolve(answer.location!!).toString()
        etag = answer.etag!!
        accept(answer.body)
    }

    /** New ICE credentials: call it when the ConnectivityManager sees another network. */
    suspend fun restart() {
        val again = MediaConstraints.KeyValuePair("IceRestart", "true")
        val offer = offer(MediaConstraints().apply { mandatory.add(again) }).description
        val fragment = listOf("a=group:BUNDLE", "m=audio", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:")
            .joinToString("") { first(offer, it) + "\r\n" }
        val type = "application/trickle-ice-sdpfrag"
        val answer = door("PATCH", location, type, fragment, mapOf("If-Match" to etag))
        etag = answer.etag!!
        val sdp = listOf("a=ice-ufrag:", "a=ice-pwd:")
            .fold(peer.remoteDescription.description) { text, name ->
                Regex("$name[^\r\n]*").replace(text) { first(answer.body, name) }
            }
        accept(sdp)
    }

    fun mute(muted: Boolean) = peer.senders.forEach { it.track()?.setEnabled(!muted) }

    suspend fun leave() {
        over = true
        runCatching { door("DELETE", location, "application/sdp", null) }
        close()
    }

    private fun close() {
        over = true
        if (::peer.isInitialized) peer.dispose()
        source?.dispose()
    }

    /** Tells it once, and not after a goodbye of our own. */
    private fun lose() {
        if (!over) onLost()
        over = true
    }

    private suspend fun door(
        method: String, url: String, type: String, body: String?,
        more: Map<String, String> = emptyMap(),
    ) = send(method, url, pass.token, type, body, more)

    private fun first(sdp: String, beginning: String) =
        sdp.lineSequence().firstOrNull { it.startsWith(beginning) }.orEmpty()

    private suspend fun offer(constraints: MediaConstraints): SessionDescription {
        val offer = awaitSdp { peer.createOffer(it, constraints) }!!
        awaitSdp { peer.setLocalDescription(it, offer) }
        return offer
    }

    private suspend fun accept(sdp: String) {
        val answer = SessionDescription(SessionDescription.Type.ANSWER, sdp)
        awaitSdp { peer.setRemoteDescription(it, answer) }
    }

    private suspend fun awaitSdp(call: (SdpObserver) -> Unit): SessionDescription? =
        suspendCoroutine { waiting ->
            call(object : SdpObserver {
                override fun onCreateSuccess(made: SessionDescription) = waiting.resume(made)
                override fun onSetSuccess() = waiting.resume(null)
                override fun onCreateFailure(why: String?) = fail(why)
                override fun onSetFailure(why: String?) = fail(why)
                private fun fail(why: String?) =
                    waiting.resumeWithException(IllegalStateException(why))
            })
        }

    private inner class Events(private val channel: DataChannel) : DataChannel.Observer {
        /** A message holds one event, or a list of them. */
        override fun onMessage(buffer: DataChannel.Buffer) {
            val bytes = ByteArray(buffer.data.remaining()).also { buffer.data.get(it) }
            when (val told = JSONTokener(String(bytes, UTF_8)).nextValue()) {
                is JSONArray -> (0 until told.length()).forEach { tell(told.getJSONObject(it)) }
                is JSONObject -> tell(told)
            }
        }

        private fun tell(event: JSONObject) {
            if (event.getString("type") != "token.renewed") return onEvent(event)
            pass = pass.copy(token = event.getString("token"))
        }

        override fun onStateChange() {
            if (channel.state() == DataChannel.State.CLOSED) lose()
        }

        override fun onBufferedAmountChange(previous: Long) = Unit
    }

    /** A remote audio track plays by itself. */
    private inner class Observer : PeerConnection.Observer {
        override fun onIceConnectionChange(state: PeerConnection.IceConnectionState?) {
            if (state == PeerConnection.IceConnectionState.FAILED) lose()
        }
        override fun onSignalingChange(state: PeerConnection.SignalingState?) = Unit
        override fun onIceConnectionReceivingChange(receiving: Boolean) = Unit
        override fun onIceGatheringChange(state: PeerConnection.IceGatheringState?) = Unit
        override fun onIceCandidate(candidate: IceCandidate?) = Unit
        override fun onIceCandidatesRemoved(candidates: Array<out IceCandidate>?) = Unit
        override fun onAddStream(stream: MediaStream?) = Unit
        override fun onRemoveStream(stream: MediaStream?) = Unit
        override fun onDataChannel(channel: DataChannel?) = Unit
        override fun onRenegotiationNeeded() = Unit
    }
}
