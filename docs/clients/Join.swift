// Join a room from iOS 15 or later. Needs the WebRTC framework as a Swift package
// (https://github.com/stasel/WebRTC), NSMicrophoneUsageDescription even to hear only (WebRTC opens one
// unit for both), and the background mode "audio" to go on hearing with the screen off.
//
//     let room = try await Room.join(api: URL(string: "https://stoa.example")!, roomId: "room_01J...",
//                                    token: idToken, talks: true) { event in print(event) }
//     await room.leave()

import AVFoundation
import Foundation
@preconcurrency import WebRTC

/// The API said no: `code` is stable; `retryAfter` seconds from now it may say yes, if ever.
struct Refused: Error {
    let status: Int
    let code: String
    let retryAfter: TimeInterval?
}

/// What opens the media door: where it is, and the newest token.
struct Pass: Decodable {
    let url: URL
    fileprivate(set) var token: String
}

private struct Joined: Decodable {
    let media: Pass
}

@MainActor
final class Room: NSObject {
    private static let factory: RTCPeerConnectionFactory = {
        // WebRTC sets this whenever it starts its audio unit, over what the app has set.
        let audio = RTCAudioSessionConfiguration.webRTC()
        audio.categoryOptions.insert(.defaultToSpeaker)
        RTCAudioSessionConfiguration.setWebRTC(audio)
        return RTCPeerConnectionFactory()
    }()
    private(set) var pass: Pass
    private let onEvent: ([String: Any]) -> Void
    private let onLost: () -> Void
    private var peer: RTCPeerConnection!
    private var channel: RTCDataChannel!
    private var location: URL!
    private var etag = "*"
    private var isOver = false

    /// Without a token you are a guest. `onLost`: leave, and join again unless an event said `ended`.
    /// Both are called on the main thread. To come back as who you were, give it the `pass` of the room
    /// from before; if that is refused, join without.
    static func join(
        api: URL, roomId: String, token: String? = nil, talks: Bool = false, pass: Pass? = nil,
        onLost: @escaping () -> Void = {}, onEvent: @escaping ([String: Any]) -> Void
    ) async throws -> Room {
        let url = api.appendingPathComponent("rooms/\(roomId)/join")
        let opening: Pass
        if let pass { opening = pass } else { opening = try await enter(url, token) }
        let room = Room(opening, onLost, onEvent)
        do {
            try await room.connect(talks: talks)
        } catch {
            room.close()
            throw error
        }
        return room
    }

    private static func enter(_ url: URL, _ token: String?) async throws -> Pass {
        var headers = ["Content-Type": "application/json"]
        if let token { headers["Authorization"] = "Bearer \(token)" }
        let (data, _) = try await send("POST", url, headers, "{}")
        return try JSONDecoder().decode(Joined.self, from: data).media
    }

    private init(
        _ pass: Pass, _ onLost: @escaping () -> Void,
        _ onEvent: @escaping ([String: Any]) -> Void
    ) {
        (self.pass, self.onLost, self.onEvent) = (pass, onLost, onEvent)
    }

    private func connect(talks: Bool) async throws {
        let configuration = RTCConfiguration()
        configuration.sdpSemantics = .unifiedPlan
        configuration.bundlePolicy = .maxBundle
        let none = RTCMediaConstraints(mandatoryConstraints: nil, optionalConstraints: nil)
        peer = Room.factory.peerConnection(with: configuration, constraints: none, delegate: self)
        let direction = RTCRtpTransceiverInit()
        direction.direction = talks ? .sendRecv : .recvOnly
        if talks {
            let source = Room.factory.audioSource(with: none)
            peer.addTransceiver(
                with: Room.factory.audioTrack(with: source, trackId: "microphone"), init: direction)
        } else {
            peer.addTransceiver(of: .audio, init: direction)
        }
        channel = peer.dataChannel(forLabel: "events", configuration: RTCDataChannelConfiguration())
        channel.delegate = self

        // The offer may go at once: the media worker needs none of our candidates.
        let offer = try await peer.offer(for: none)
        try await peer.setLocalDescription(offer)
        let (data, response) = try await door("POST", pass.url, "application/sdp", offer.sdp)
        location = URL(
            string: response.value(forHTTPHeaderField: "Location")!, relativeTo: pass.url)!
        etag = response.value(forHTTPHeaderField: "ETag")!
        let sdp = String(decoding: data, as: UTF8.self)
        try await peer.setRemoteDescription(RTCSessionDescription(type: .answer, sdp: sdp))
    }

    /// New ICE credentials on the same connection: call it when NWPathMonitor sees another network.
    func restart() async throws {
        let constraints = RTCMediaConstraints(
            mandatoryConstraints: [kRTCMediaConstraintsIceRestart: kRTCMediaConstraintsValueTrue],
            optionalConstraints: nil)
        let offer = try await peer.offer(for: constraints)
        try await peer.setLocalDescription(offer)
        let fragment = ["a=group:BUNDLE", "m=audio", "a=mid:", "a=ice-ufrag:", "a=ice-pwd:"]
            .map { first(offer.sdp, $0) + "\r\n" }.joined()
        let (data, response) = try await door(
            "PATCH", location, "application/trickle-ice-sdpfrag", fragment, ["If-Match": etag])
        etag = response.value(forHTTPHeaderField: "ETag")!
        let given = String(decoding: data, as: UTF8.self)
        var sdp = peer.remoteDescription!.sdp
        for name in ["a=ice-ufrag:", "a=ice-pwd:"] {
            sdp = sdp.replacingOccurrences(
                of: "\(name)[^\r\n]*", with: first(given, name), options: .regularExpression)
        }
        try await peer.setRemoteDescription(RTCSessionDescription(type: .answer, sdp: sdp))
    }

    func mute(_ muted: Bool) {
        peer.senders.forEach { $0.track?.isEnabled = !muted }
    }

    func leave() async {
        isOver = true
        _ = try? await door("DELETE", location, "application/sdp", nil)
        close()
    }

    private func close() {
        isOver = true
        peer?.close()
    }

    /// Tells it once, and not after a goodbye of our own.
    private func lose() {
        if !isOver { onLost() }
        isOver = true
    }

    private func door(
        _ method: String, _ url: URL, _ type: String, _ body: String?, _ more: [String: String] = [:]
    ) async throws -> (Data, HTTPURLResponse) {
        let headers = ["Authorization": "Bearer \(pass.token)", "Content-Type": type]
        return try await send(method, url, headers.merging(more) { $1 }, body)
    }

    private func first(_ sdp: String, _ beginning: String) -> String {
        sdp.components(separatedBy: .newlines).first { $0.hasPrefix(beginning) } ?? ""
    }
}

extension Room: RTCDataChannelDelegate {
    /// A message holds one event, or a list of them.
    nonisolated func dataChannel(
        _ channel: RTCDataChannel, didReceiveMessageWith buffer: RTCDataBuffer
    ) {
        let data = buffer.data
        DispatchQueue.main.async { self.received(data) }
    }

    private func received(_ data: Data) {
        let told = try? JSONSerialization.jsonObject(with: data)
        let events = told as? [[String: Any]] ?? [told as? [String: Any]].compactMap { $0 }
        for event in events { tell(event) }
    }

    private func tell(_ event: [String: Any]) {
        if event["type"] as? String != "token.renewed" {
            onEvent(event)
        } else if let token = event["token"] as? String {
            pass.token = token
        }
    }

    nonisolated func dataChannelDidChangeState(_ channel: RTCDataChannel) {
        if channel.readyState == .closed { DispatchQueue.main.async { self.lose() } }
    }
}

/// A remote audio track plays by itself.
extension Room: RTCPeerConnectionDelegate {
    nonisolated func peerConnection(_: RTCPeerConnection, didChange state: RTCIceConnectionState) {
        DispatchQueue.main.async { self.changed(state) }
    }

    private func changed(_ state: RTCIceConnectionState) {
        switch state {
        case .disconnected: Task { do { try await restart() } catch { lose() } }
        case .failed: lose()
        default: break
        }
    }

    nonisolated func peerConnection(_: RTCPeerConnection, didChange _: RTCSignalingState) {}
    nonisolated func peerConnection(_: RTCPeerConnection, didChange _: RTCIceGatheringState) {}
    nonisolated func peerConnection(_: RTCPeerConnection, didAdd _: RTCMediaStream) {}
    nonisolated func peerConnection(_: RTCPeerConnection, didRemove _: RTCMediaStream) {}
    nonisolated func peerConnection(_: RTCPeerConnection, didGenerate _: RTCIceCandidate) {}
    nonisolated func peerConnection(_: RTCPeerConnection, didRemove _: [RTCIceCandidate]) {}
    nonisolated func peerConnection(_: RTCPeerConnection, didOpen _: RTCDataChannel) {}
    nonisolated func peerConnectionShouldNegotiate(_: RTCPeerConnection) {}
}

private func send(
    _ method: String, _ url: URL, _ headers: [String: String], _ body: String?
) async throws -> (Data, HTTPURLResponse) {
    struct Problem: Decodable { let code: String }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.allHTTPHeaderFields = headers
    request.httpBody = body.map { Data($0.utf8) }
    let (data, response) = try await URLSession.shared.data(for: request)
    let answer = response as! HTTPURLResponse
    guard (200..<300).contains(answer.statusCode) else {
        throw Refused(
            status: answer.statusCode,
            code: (try? JSONDecoder().decode(Problem.self, from: data))?.code ?? "unknown",
            retryAfter: answer.value(forHTTPHeaderField: "Retry-After").flatMap(TimeInterval.init))
    }
    return (data, answer)
}
