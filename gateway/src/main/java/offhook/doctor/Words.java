package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import offhook.call.EndCause;

/// Why a call or a leg ended, in words that name what to look at.
final class Words {

    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long MILLI_NANOS = 1_000_000L;

    /// What the key of a cause does not say by itself.
    private static final Map<String, String> BY_REASON =
            Map.ofEntries(
                    Map.entry("busy", "busy"),
                    Map.entry("declined", "the called party declined"),
                    Map.entry("no-answer", "nobody answered in time"),
                    Map.entry("cancelled", "the caller gave up"),
                    Map.entry(
                            "media-timeout",
                            "ICE never connected: no connectivity check of the browser reached the"
                                    + " gateway's media port (a firewall, or a wrong"
                                    + " node.advertise)"),
                    Map.entry(
                            "dtls-failed",
                            "ICE stood, but DTLS did not: large packets are lost on the way, or"
                                    + " something changed the fingerprint in the signalling"),
                    Map.entry(
                            "consent-lost",
                            "the browser was not heard of any more: its network is gone, or the"
                                    + " machine sleeps"),
                    Map.entry("agent-lost", "the agent's page is gone and did not come back"),
                    Map.entry("no-route", "no route leads to that number"),
                    Map.entry("no-ack", "the peer never confirmed the answer (no ACK)"),
                    Map.entry("trunk-unreachable", "the trunk cannot be reached"),
                    Map.entry("trunk-timeout", "the trunk did not answer"),
                    Map.entry("trunk-full", "the trunk's limit of calls is reached"),
                    Map.entry(
                            "trunk-rate",
                            "more calls a second began on the trunk than its calls-per-second"),
                    Map.entry("trunk-disabled", "an operator has disabled the trunk"),
                    Map.entry(
                            "draining",
                            "the gateway is drained and takes no new calls until that is taken"
                                    + " back"),
                    Map.entry("stopping", "the gateway is being stopped"),
                    Map.entry("no-place", "limits.max-calls calls live already"),
                    Map.entry(
                            "no-place-of-source",
                            "this source has its share of limits.max-calls, four fifths"),
                    Map.entry(
                            "rate",
                            "the trunk sent more requests a second than"
                                    + " limits.sip-requests-per-second lets it"),
                    Map.entry("loop", "the call goes in a circle between this gateway and a PBX"),
                    Map.entry("too-large", "its INVITE is too large for UDP; let it come by TCP"),
                    Map.entry("session-expired", "the peer stopped refreshing the session"),
                    Map.entry("dialog-lost", "the trunk knows nothing of the call any more"),
                    Map.entry("gateway-stops", "the gateway is being stopped"),
                    Map.entry("operator", "an operator ended the call"),
                    Map.entry("call-limit", "the longest call that is allowed is over"),
                    Map.entry("overload", "the gateway's CPU is fully used"),
                    Map.entry("internal-error", "a defect of the gateway, see its log"));

    private static final Map<Integer, String> BY_STATUS =
            Map.ofEntries(
                    Map.entry(401, "the trunk wants a user and a password, or refuses ours"),
                    Map.entry(
                            403, "the trunk forbids the call: its account, its ACL or the number"),
                    Map.entry(404, "the trunk does not know that number"),
                    Map.entry(407, "the trunk wants a user and a password, or refuses ours"),
                    Map.entry(408, "no answer to the INVITE came in time"),
                    Map.entry(410, "the number is not in service any more"),
                    Map.entry(480, "the called party is not to be had now"),
                    Map.entry(484, "the number is not complete"),
                    Map.entry(488, "no codec, or no SRTP, that both sides can"),
                    Map.entry(500, "the trunk has a failure of its own"),
                    Map.entry(502, "a gateway behind the trunk failed"),
                    Map.entry(503, "the trunk is overloaded or out of service"),
                    Map.entry(504, "a server behind the trunk did not answer in time"),
                    Map.entry(606, "no codec, or no SRTP, that both sides can"));

    /// Of these the detail is another one from time to time; that of others says once more what our
    /// words do.
    private static final Set<String> TOLD_IN_DETAIL = Set.of("busy", "dtls-failed", "rate");

    private Words() {}

    /// `8 s`.
    static String seconds(long nanos) {
        return (nanos + SECOND_NANOS / 2) / SECOND_NANOS + " s";
    }

    /// The same where what took less than a second is worth saying, too.
    static String lasting(long nanos) {
        return nanos < SECOND_NANOS ? nanos / MILLI_NANOS + " ms" : seconds(nanos);
    }

    /// The cause with its codes, `busy (486, Q.850 17)`, and what was said of it where that is
    /// more.
    static String of(EndCause cause) {
        String said = cause.detail();
        Optional<String> ours = ours(cause);
        String text =
                ours.orElseGet(() -> said.isEmpty() ? cause.reason().replace('-', ' ') : said);
        boolean more =
                ours.isPresent()
                        && cause.by() == EndCause.By.GATEWAY
                        && TOLD_IN_DETAIL.contains(cause.reason())
                        && !said.isEmpty();
        List<String> inBrackets = new ArrayList<>();
        if (cause.sipCode() >= 300) {
            if (!text.contains(String.valueOf(cause.sipCode()))) {
                inBrackets.add(String.valueOf(cause.sipCode()));
            }
            if (cause.q850Cause() > 0) {
                inBrackets.add("Q.850 " + cause.q850Cause());
            }
        }
        if (more) {
            inBrackets.add(said);
        }
        return inBrackets.isEmpty() ? text : text + " (" + String.join(", ", inBrackets) + ")";
    }

    private static Optional<String> ours(EndCause cause) {
        return Optional.ofNullable(BY_REASON.get(cause.reason()))
                .or(() ->
                        cause.by() == EndCause.By.CALLEE || cause.sipCode() == 488
                                ? Optional.ofNullable(BY_STATUS.get(cause.sipCode()))
                                : Optional.empty());
    }
}
