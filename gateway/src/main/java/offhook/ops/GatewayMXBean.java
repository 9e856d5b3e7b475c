package offhook.ops;

import java.util.List;
import java.util.Map;

/// The gateway as a whole, `offhook:type=Gateway`.
@Described("The gateway as a whole; sends a notification when an alarm begins and when it is over")
public interface GatewayMXBean {

    /// So many are told by [#lastCalls] at most.
    int MOST_LAST_CALLS = 10_000;

    @Described(value = "Calls that live now, ringing ones included", units = "calls")
    int getCallsActive();

    @Described(value = "Calls that reached routing since the start", units = "calls")
    long getCallsTotal();

    @Described(value = "Agents who are signed in", units = "agents")
    int getAgentsOnline();

    @Described("What each agent is doing, by name: offline, unreachable, busy, away or available")
    Map<String, String> getAgents();

    @Described(value = "Time since the start", units = "s")
    long getUptimeSeconds();

    @Described("The version that runs")
    String getVersion();

    @Described("All counters by name, since the start")
    Map<String, Long> getCounters();

    @Described("Every metric by the name and labels that /metrics has")
    Map<String, Double> getMetrics();

    @Described(
            "Until when the certificate holds that trunks are shown, ISO 8601; empty without TLS")
    String getSipCertificateUntil();

    @Described("Whether calls may come: ready, not-ready, with the reasons, as /health/ready")
    String getHealth();

    @Described("The alarms that last: what is critical first, then the oldest")
    List<ActiveAlarm> getAlarms();

    @Described(
            "Number and hash of the last line of the audit log, as 'offhook audit verify --anchor'"
                    + " takes it; empty when none is kept")
    String getAuditHead();

    @Described("Whether new calls are refused while those that live go on")
    boolean isDraining();

    @Described(
            "Level of the gateway's own log: error, warn, info, debug or trace; what is set"
                    + " holds until the next start")
    String getLogLevel();

    void setLogLevel(String level);

    @Described("Refuses new calls with 503 from now on, tells agents, leaves calls that live alone")
    void drain();

    @Described("Takes calls again after drain")
    void undrain();

    @Described(
            "Reads the configuration again without touching calls; returns what changed, and what"
                    + " needs a restart")
    List<String> reload();

    @Described(
            value =
                    "What a maintainer asks for first: calls, loops, trunks, agents, threads, as text",
            changes = false)
    String dump();

    @Described(
            value =
                    "What happened in a call that lives or was one of the last, how it sounded, what was"
                            + " wrong and why: JSON, as docs/call-doctor.md describes it",
            changes = false)
    String call(
            @Described("Its id, as the call records, the log and offhook calls have it") String id);

    @Described(
            value =
                    "The last calls that are over, the latest first, as many as asked for: a JSON array,"
                            + " each with its verdict",
            changes = false)
    String lastCalls(@Described(value = "How many at most, 1 to 10000", units = "calls") int most);

    @Described(
            "Writes the messages of a call into the log for 30 min, those that passed and those to come")
    void traceCall(
            @Described("Its id, as the call records, the log and offhook calls have it") String id);

    @Described("Writes the messages of a trunk into the log for 30 min")
    void traceTrunk(@Described("Its name in the configuration") String name);

    @Described("Writes all messages into the log for 30 min: a lot")
    void traceAll();

    @Described("Writes no messages into the log any more")
    void stopTraces();

    @Described("What of the messages goes into the log now, and until when")
    List<ActiveTrace> getTraces();

    @Described(
            value =
                    "All that is known of a call, its black box: a zip archive without secrets, as"
                            + " docs/black-box.md describes it; from afar it takes the role operate",
            changes = false)
    byte[] callBox(
            @Described("Its id, as the call records, the log and offhook calls have it") String id);

    @Described("Writes the black box of a call into the gateway's folder of them; returns the file")
    String keepCallBox(
            @Described("Its id, as the call records, the log and offhook calls have it") String id);

    @Described(
            "What came of the last call that the gateway made to itself; figures that nobody"
                    + " measured are NaN")
    ProbeReport getProbe();

    @Described("Has the gateway call itself, by SIP and as a browser, and returns what came of it")
    ProbeReport probe();

    @Described(
            value = "Black boxes of calls that could not be written, since the start",
            units = "boxes")
    long getBoxesFailed();

    @Described("When, of which call and why a black box could not be written last; empty: never")
    String getLastBoxFailure();

    @Described(
            "Writes messages into the log for so many seconds: of 'call' or 'trunk' with its id or"
                    + " name, or of 'all'; and keeps headers of RTP for black boxes, if asked to")
    void traceFor(
            @Described("Of what: call, trunk or all") String what,
            @Described("The id of the call or the name of the trunk; empty for all") String name,
            @Described(value = "For how long, 1 to 86400", units = "s") long seconds,
            @Described("Whether black boxes get the headers of RTP of these calls")
                    boolean headers);

    /// An alarm that lasts.
    record ActiveAlarm(
            @Described(
                            "trunk-down, registration-failed, certificate, cpu-pressure, ports,"
                                    + " descriptors, one-way-audio, listener, records, audit, probe, boxes or"
                                    + " clock-jump")
                    String kind,
            @Described("Which trunk, loop or call; or empty") String subject,
            @Described("How soon to look: critical or warning") String severity,
            @Described("What is wrong, in words") String text,
            @Described("What to do about it") String remedy,
            @Described("Since when, ISO 8601") String since) {}

    /// Messages that go into the log.
    record ActiveTrace(
            @Described("Of what: call, trunk or all") String kind,
            @Described("The id of the call, or the name of the trunk or agent; empty for all")
                    String name,
            @Described("When it ends by itself, ISO 8601") String until,
            @Described("Whether headers of RTP are kept for black boxes meanwhile")
                    boolean headers) {}
}
