package offhook.e2e.phone;

import java.util.List;
import offhook.e2e.speech.G711;

/// What a phone says in its SDP.
///
/// @param codecs in order of preference
/// @param ptimeMillis length of its packets
/// @param direction `sendrecv`, `sendonly`, `recvonly`, `inactive`, or empty for no attribute
/// @param address what the `c=` line names; empty for the phone's own
/// @param inAck sends an INVITE without SDP and answers in the ACK
/// @param eventPayloadType of telephone-event; 0 for none
/// @param attributes further `a=` lines of the section, without `a=`
public record CallOffer(
        List<G711> codecs,
        int ptimeMillis,
        String direction,
        String address,
        boolean inAck,
        int eventPayloadType,
        List<String> attributes) {

    /// Both codecs, 20 ms, both directions, digits as events.
    public static CallOffer of(G711... codecs) {
        return new CallOffer(List.of(codecs), 20, "sendrecv", "", false, 101, List.of());
    }

    public CallOffer withPtime(int millis) {
        return new CallOffer(
                codecs, millis, direction, address, inAck, eventPayloadType, attributes);
    }

    public CallOffer withDirection(String newDirection) {
        return new CallOffer(
                codecs, ptimeMillis, newDirection, address, inAck, eventPayloadType, attributes);
    }

    /// Names another address than its own, as a phone behind a NAT does.
    public CallOffer naming(String newAddress) {
        return new CallOffer(
                codecs, ptimeMillis, direction, newAddress, inAck, eventPayloadType, attributes);
    }

    /// Says `c=IN IP4 0.0.0.0` and no direction, the hold of RFC 2543.
    public CallOffer heldByAddress() {
        return withDirection("").naming("0.0.0.0");
    }

    public CallOffer withSdpInAck() {
        return new CallOffer(
                codecs, ptimeMillis, direction, address, true, eventPayloadType, attributes);
    }

    public CallOffer withEventPayloadType(int payloadType) {
        return new CallOffer(
                codecs, ptimeMillis, direction, address, inAck, payloadType, attributes);
    }

    /// Says more of its media: lines without `a=`. A format that one of them maps is offered too.
    public CallOffer with(String... lines) {
        return new CallOffer(
                codecs, ptimeMillis, direction, address, inAck, eventPayloadType, List.of(lines));
    }

    private static String inNet(String address) {
        return (address.indexOf(':') >= 0 ? " IN IP6 " : " IN IP4 ") + address;
    }

    /// @param own where the phone receives
    String toSdp(String own, int port, int version) {
        var types = new StringBuilder();
        var maps = new StringBuilder();
        for (G711 codec : codecs) {
            types.append(' ').append(codec.payloadType());
            maps.append("a=rtpmap:%d %s/8000\r\n".formatted(codec.payloadType(), codec.name()));
        }
        if (eventPayloadType != 0) {
            types.append(' ').append(eventPayloadType);
            maps.append("a=rtpmap:%d telephone-event/8000\r\n".formatted(eventPayloadType));
            maps.append("a=fmtp:%d 0-15\r\n".formatted(eventPayloadType));
        }
        for (String line : attributes) {
            if (line.startsWith("rtpmap:")) {
                types.append(' ').append(line, "rtpmap:".length(), line.indexOf(' '));
            }
        }
        attributes.forEach(line -> maps.append("a=").append(line).append("\r\n"));
        return "v=0\r\no=phone 1 "
                + version
                + inNet(own)
                + "\r\ns=-\r\nc="
                + inNet(address.isEmpty() ? own : address).strip()
                + "\r\nt=0 0\r\nm=audio "
                + port
                + " RTP/AVP"
                + types
                + "\r\n"
                + maps
                + "a=ptime:"
                + ptimeMillis
                + "\r\n"
                + (direction.isEmpty() ? "" : "a=" + direction + "\r\n");
    }
}
