package offhook.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.ClaimToken;
import offhook.runtime.Owner;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class AgentRegistryTest {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private long nowNanos;
    private Owner owner;
    private AgentRegistry registry;
    private List<String> changes;

    @BeforeMethod
    public void freshRegistry() {
        nowNanos = 1_000;
        owner =
                new Owner(
                        "test",
                        () -> nowNanos,
                        64,
                        defect -> {
                            throw defect;
                        });
        registry = new AgentRegistry(owner, List.of("alice", "bob"));
        changes = new ArrayList<>();
        registry.addListener((agent, status) ->
                changes.add(
                        (agent + " " + status.presence().key() + " " + status.reason()).strip()));
    }

    @Test
    public void claimOfAvailableAgentIsGranted() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken token = new ClaimToken(inbox.callId(), 0);

        claim("alice", token, inbox);

        assertThat(inbox.inputs).containsExactly(new CallInput.AgentClaimed("alice", token));
        assertThat(registry.presence("alice")).contains(Presence.BUSY);
    }

    @Test
    public void claimIsRefusedWithTheReason() {
        registry.signedIn("bob", "p1", false);

        assertThat(refusal("alice")).isEqualTo("offline");
        assertThat(refusal("bob")).isEqualTo("away");
        assertThat(refusal("mallory")).isEqualTo("unknown");
    }

    @Test
    public void twoCallsNeverHoldOneAgent() {
        registry.signedIn("alice", "p1", true);
        Inbox first = new Inbox();
        claim("alice", new ClaimToken(first.callId(), 0), first);

        assertThat(refusal("alice")).isEqualTo("busy");
    }

    @Test
    public void agentWhoMayHaveTwoCallsIsOfferedASecondWhileItTalks() {
        registry.allowCalls("alice", 2);
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken first = new ClaimToken(inbox.callId(), 0);
        ClaimToken second = new ClaimToken(CallId.next(), 0);
        claim("alice", first, inbox);
        claim("alice", second, inbox);

        assertThat(inbox.inputs).hasSize(2).allMatch(i -> i instanceof CallInput.AgentClaimed);
        assertThat(refusal("alice")).isEqualTo("busy");
        assertThat(registry.engaged("alice", CallId.next())).isFalse();

        registry.release(first);
        owner.runPending();

        assertThat(registry.presence("alice")).contains(Presence.BUSY);
        assertThat(registry.engaged("alice", CallId.next())).isTrue();
    }

    @Test
    public void agentWhoIsAwayIsOfferedNoSecondCall() {
        registry.allowCalls("alice", 2);
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        claim("alice", new ClaimToken(inbox.callId(), 0), inbox);

        registry.wished("alice", false);

        assertThat(refusal("alice")).isEqualTo("busy");
    }

    @Test
    public void claimRepeatedByItsOwnerIsGrantedAgain() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken token = new ClaimToken(inbox.callId(), 0);

        claim("alice", token, inbox);
        claim("alice", token, inbox);

        assertThat(inbox.inputs).hasSize(2).allMatch(i -> i instanceof CallInput.AgentClaimed);
    }

    @Test
    public void releaseFreesTheAgentAndIsIdempotent() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken token = new ClaimToken(inbox.callId(), 0);
        claim("alice", token, inbox);

        registry.release(token);
        registry.release(token);
        registry.release(new ClaimToken(CallId.next(), 7));
        owner.runPending();

        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    @Test
    public void releaseOfAnOldTokenDoesNotFreeTheNextClaim() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken old = new ClaimToken(inbox.callId(), 0);
        claim("alice", old, inbox);
        registry.release(old);
        claim("alice", new ClaimToken(inbox.callId(), 1), inbox);

        registry.release(old);
        owner.runPending();

        assertThat(registry.presence("alice")).contains(Presence.BUSY);
    }

    @Test
    public void claimThatIsNeitherConfirmedNorReleasedLapsesWithItsLease() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        claim("alice", new ClaimToken(inbox.callId(), 0), inbox);

        nowNanos += LEASE.toNanos() - 1;
        owner.runPending();
        assertThat(registry.presence("alice")).contains(Presence.BUSY);

        nowNanos += 1;
        owner.runPending();
        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    @Test
    public void confirmedClaimOutlivesItsLease() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken token = new ClaimToken(inbox.callId(), 0);
        claim("alice", token, inbox);

        registry.confirm(token);
        owner.runPending();
        nowNanos += 10 * LEASE.toNanos();
        owner.runPending();

        assertThat(registry.presence("alice")).contains(Presence.BUSY);
    }

    @Test
    public void answeredCallCountsWhileTheAgentTalks() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken token = new ClaimToken(inbox.callId(), 0);
        claim("alice", token, inbox);

        registry.confirm(token);
        owner.runPending();

        assertThat(registry.status("alice").orElseThrow().answered()).isEqualTo(1);
    }

    @Test
    public void callOfItsOwnThatItLetsRingIsMissedAndFreesIt() {
        registry.signedIn("alice", "p1", true);
        for (boolean missed : List.of(true, false)) {
            Inbox inbox = new Inbox();
            ClaimToken token = new ClaimToken(inbox.callId(), 0);
            claim("alice", token, inbox);
            registry.untaken(token, missed);
            owner.runPending();
        }

        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
        assertThat(registry.status("alice").orElseThrow().missed()).isEqualTo(1);
    }

    @Test
    public void claimOfACallThatIsGoneIsGivenBack() {
        registry.signedIn("alice", "p1", true);
        Inbox gone = new Inbox();
        gone.open = false;

        claim("alice", new ClaimToken(gone.callId(), 0), gone);

        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
    }

    @Test
    public void agentStaysSignedInWhileOnePageIsLeft() {
        registry.signedIn("alice", "p1", true);
        registry.signedIn("alice", "p2", true);

        registry.signedOut("alice", "p1");
        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);

        registry.signedOut("alice", "p2");
        assertThat(registry.presence("alice")).contains(Presence.OFFLINE);
    }

    @Test
    public void secondPageDoesNotChangeWhatTheAgentSaid() {
        registry.signedIn("alice", "p1", true);
        registry.wished("alice", false);

        assertThat(registry.signedIn("alice", "p2", true)).isEqualTo(Presence.AWAY);
    }

    @Test
    public void wishDuringACallCountsAfterIt() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        ClaimToken token = new ClaimToken(inbox.callId(), 0);
        claim("alice", token, inbox);
        registry.confirm(token);

        assertThat(registry.wished("alice", false)).isEqualTo(Presence.BUSY);
        registry.release(token);
        owner.runPending();

        assertThat(registry.presence("alice")).contains(Presence.AWAY);
    }

    @Test
    public void listenersHearEachChangeOnce() {
        registry.signedIn("alice", "p1", true);
        registry.signedIn("alice", "p2", true);
        registry.wished("alice", false);
        registry.wished("alice", false);
        registry.signedOut("alice", "p1");
        registry.signedOut("alice", "p2");

        assertThat(changes).containsExactly("alice available", "alice away", "alice offline");
    }

    @Test
    public void agentWhoNoPageWouldReachIsOfferedNothing() {
        registry.signedIn("alice", "p1", true);
        registry.signedIn("alice", "p2", true);
        registry.reached("alice", "p1", Reach.ASLEEP);
        assertThat(registry.presence("alice")).contains(Presence.AVAILABLE);
        assertThat(registry.status("alice").orElseThrow().reachable()).isEqualTo(1);

        registry.reached("alice", "p2", Reach.MICROPHONE_DENIED);
        assertThat(refusal("alice")).isEqualTo("unreachable");
        registry.signedOut("alice", "p2");
        registry.reached("alice", "p1", Reach.REACHABLE);

        assertThat(changes)
                .containsExactly(
                        "alice available",
                        "alice unreachable microphone-denied",
                        "alice unreachable page-asleep",
                        "alice available");
    }

    @Test
    public void whoTalksOrIsAwayIsNotCalledUnreachable() {
        registry.signedIn("alice", "p1", true);
        Inbox inbox = new Inbox();
        claim("alice", new ClaimToken(inbox.callId(), 0), inbox);
        registry.reached("alice", "p1", Reach.ASLEEP);
        assertThat(registry.presence("alice")).contains(Presence.BUSY);

        assertThat(registry.wished("alice", false)).isEqualTo(Presence.BUSY);
        registry.release(new ClaimToken(inbox.callId(), 0));
        owner.runPending();
        assertThat(registry.presence("alice")).contains(Presence.AWAY);
    }

    @Test
    public void pagesOfUnknownAgentsAreADefect() {
        assertThatThrownBy(() -> registry.signedIn("mallory", "p1", true))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void claim(String agent, ClaimToken token, Inbox inbox) {
        registry.claim(agent, token, LEASE, inbox);
        owner.runPending();
    }

    private String refusal(String agent) {
        Inbox inbox = new Inbox();
        claim(agent, new ClaimToken(inbox.callId(), 0), inbox);
        assertThat(inbox.inputs).hasSize(1);
        return ((CallInput.AgentRefused) inbox.inputs.getFirst()).reason();
    }

    private static final class Inbox implements CallInbox {
        private final CallId id = CallId.next();
        private final List<CallInput> inputs = new ArrayList<>();
        private boolean open = true;

        @Override
        public CallId callId() {
            return id;
        }

        @Override
        public boolean offer(CallInput input) {
            inputs.add(input);
            return open;
        }
    }
}
