package offhook.e2e.call;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import offhook.codec.AudioCodec;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.PhoneControl;
import offhook.e2e.phone.RtpPhone;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.wan.Link;
import offhook.e2e.wan.PhoneLink;
import offhook.e2e.wan.Script;
import offhook.e2e.wan.Wan;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import offhook.e2e.web.WebPeer;

/// Calls from a trunk to agents, all at one time, each with a fault of its own. A call has the name
/// of its fault, and that is the number it calls and the name of the agent who answers.
final class SickCalls implements AutoCloseable {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final CallOffer OFFER = CallOffer.of(G711.PCMA);

    /// First bytes of datagrams (RFC 7983 §7).
    private static final IntPredicate STUN = first -> first < 4;

    private static final IntPredicate STUN_AND_DTLS = first -> first < 64;

    /// What phones say that nothing is wrong with.
    private static final List<String> AGENTS =
            List.of(
                    "clean",
                    "trunk-loses",
                    "trunk-does-not-get",
                    "trunk-far",
                    "trunk-uneven",
                    "misled",
                    "stray",
                    "silent",
                    "clipping",
                    "loud",
                    "quiet",
                    "dead",
                    "held",
                    "buffered",
                    "moving",
                    "lost",
                    "second");

    /// What `second` calls first.
    static final String ELSEWHERE = "5570";

    /// Whom the agent of `second` wants to transfer the call to.
    static final String BUSY = "5571";

    /// The call in which it is the gateway that is sick.
    static final String STANDING = "standing";

    /// Those whose media never stands.
    private static final Set<String> UNCONNECTED = Set.of("no-ice", "no-dtls");

    private final Map<String, PhoneCall> calls = new HashMap<>();
    private final Map<String, WebPeer> peers = new HashMap<>();
    private final Map<String, Link> links = new HashMap<>();
    private final List<PhoneControl> reports = new ArrayList<>();
    private final Wan wan = new Wan();
    private final PeerStand stand;
    private final Phone phone;

    SickCalls(PeerStand stand) {
        this.stand = stand;
        this.phone = stand.keep(Phone.udp(stand.config().sip(), "5551000"));
    }

    /// Everybody who has a call here.
    static List<String> names() {
        List<String> names = new ArrayList<>(AGENTS);
        names.addAll(List.of("uplink", "bursts", "downlink", "no-audio", STANDING));
        names.addAll(UNCONNECTED);
        return names;
    }

    /// Begins all calls; those that can be are answered.
    ///
    /// @param out where the call `second` goes first, to [#ELSEWHERE], and is refused
    void begin(CalledPhone out) {
        AGENTS.forEach(name -> peers.put(name, stand.signIn(name, Voices.AGENT_HZ)));
        Link uplink = behindLink("uplink");
        Link bursts = behindLink("bursts");
        Link downlink = behindLink("downlink");
        behindLink("no-audio");
        behindLink("no-ice").impair(Script.clean(1).losing(100));
        behindLink("no-dtls").passOnly(STUN);
        for (String name :
                List.of("uplink", "bursts", "downlink", "no-audio", "no-ice", "no-dtls")) {
            call(name, OFFER, CallStand.callerTone());
        }
        callFromAfar();
        callWithOddSound();
        call("second", OFFER, CallStand.callerTone());
        out.awaitCall(ELSEWHERE, LIMIT).refuse(503, "Service Unavailable", LIMIT);
        calls.forEach((name, call) -> {
            if (!UNCONNECTED.contains(name)) {
                call.awaitAnswer(LIMIT);
            }
        });
        uplink.impair(Script.clean(7).losing(12), Script.clean(8));
        downlink.impair(Script.clean(7), Script.clean(8).losing(12));
        bursts.impair(Script.clean(15).holdingEvery(700, 450), Script.clean(16));
    }

    private Link behindLink(String name) {
        Link link =
                wan.toward(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), stand.config().mediaPort()));
        links.put(name, link);
        peers.put(
                name, stand.signIn(name, Voices.AGENT_HZ, setup -> setup.through(link.address())));
        return link;
    }

    private void call(String name, CallOffer offer, Sound says) {
        PhoneCall call = phone.invite(name, offer);
        call.media().say(says);
        calls.put(name, call);
    }

    /// The networks between the trunk and the gateway, each bad in its way.
    private void callFromAfar() {
        PhoneLink lossy = wan.ofPhone();
        calls.put(
                "trunk-loses",
                phone.invite(
                        "trunk-loses",
                        OFFER,
                        lossy.carry(
                                new LoopPhone(
                                        stand.reactor(),
                                        AudioCodec.PCMA,
                                        FrameLoop.g711(
                                                FrameLoop.tone((int) Voices.CALLER_HZ), G711.PCMA)),
                                Ports.freePair())));
        lossy.impair(Script.clean(9).losing(12), Script.clean(10));
        reporting("trunk-does-not-get", OFFER)
                .impair(Script.clean(11), Script.clean(12).losing(12));
        reporting("trunk-far", OFFER).impair(Script.clean(13).delaying(200));
        // Packets in order can be no more uneven than they are long.
        reporting("trunk-uneven", OFFER.withPtime(60))
                .impair(Script.clean(14).holdingEvery(400, 390));
    }

    /// A call of a phone that reports by RTCP what it hears.
    private PhoneLink reporting(String name, CallOffer offer) {
        PhoneLink link = wan.ofPhone();
        RtpPhone media = phone.media(offer);
        media.say(CallStand.callerTone());
        calls.put(name, phone.invite(name, offer, link.carry(media, Ports.freePair())));
        reports.add(PhoneControl.honest(media));
        return link;
    }

    private void callWithOddSound() {
        call("clean", OFFER, CallStand.callerTone());
        reports.add(PhoneControl.honest(calls.get("clean").media()));
        call("misled", OFFER.naming("127.0.0.99"), CallStand.callerTone());
        calls.get("misled").media().mute(true);
        call("stray", OFFER.naming("127.0.0.99"), CallStand.callerTone());
        call("silent", OFFER, Sound.silence());
        call("clipping", OFFER, square());
        call("loud", OFFER, Sound.tone(Voices.CALLER_HZ, 25_000));
        call("quiet", OFFER, Sound.tone(Voices.CALLER_HZ, 120));
        for (String name : List.of("dead", "held", "buffered", "moving", "lost")) {
            call(name, OFFER, CallStand.callerTone());
        }
    }

    /// As loud as samples can be.
    private static Sound square() {
        return new Sound() {
            private int at;

            @Override
            public short next() {
                return at++ % 16 < 8 ? Short.MAX_VALUE : Short.MIN_VALUE;
            }
        };
    }

    /// What befalls calls in which people have talked for a while.
    ///
    /// @param out where `second` is transferred to, and is refused
    void worsen(CalledPhone out) {
        calls.get("dead").media().mute(true);
        links.get("no-audio").passOnly(STUN_AND_DTLS);
        calls.get("held").reinvite(OFFER.withDirection("sendonly"), LIMIT);
        WebPeer buffering = peers.get("buffered");
        buffering.buffers(buffering.awaitIncoming(LIMIT), 500, LIMIT);
        for (String name : List.of("moving", "lost")) {
            peers.get(name).media().away(true);
        }
        peers.get("lost").drop();
        WebPeer second = peers.get("second");
        second.lead("transfer", second.awaitIncoming(LIMIT), BUSY);
        out.awaitCall(BUSY, LIMIT).refuse(486, "Busy Here", LIMIT);
        second.awaitTransfer("failed", LIMIT);
    }

    /// What is over again before the calls are.
    void recover() {
        calls.get("held").reinvite(OFFER, LIMIT);
        String moving = peers.get("moving").awaitIncoming(LIMIT);
        // The session of another connection has another name (RFC 8866 §5.2).
        stand.signIn(
                        "moving",
                        Voices.AGENT_HZ,
                        setup -> setup.offering(sdp -> sdp.replaceFirst("o=- \\d+", "o=- 77")))
                .pull(moving, LIMIT);
    }

    /// One more call, of which both ends are well; its phone reports what it hears.
    PhoneCall callWhoIsWell(String name) {
        peers.put(name, stand.signIn(name, Voices.AGENT_HZ));
        call(name, OFFER, CallStand.callerTone());
        PhoneCall call = calls.get(name);
        reports.add(PhoneControl.honest(call.media()));
        call.awaitAnswer(LIMIT);
        return call;
    }

    /// Ends what has not ended of itself.
    void end() {
        calls.forEach((name, call) -> {
            if (UNCONNECTED.contains(name)) {
                call.awaitFinal(LIMIT);
            } else if (name.equals("lost")) {
                call.awaitBye(LIMIT);
            } else if (!call.hasEnded()) {
                call.hangUp(LIMIT);
            }
        });
    }

    @Override
    public void close() {
        reports.forEach(PhoneControl::close);
        links.values().forEach(Link::close);
        wan.close();
    }
}
