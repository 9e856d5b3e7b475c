package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.testng.annotations.Test;

/// Which numbers lead where, and which nowhere.
public class CallRoutesTest {

    private static final long SECOND = 1_000_000_000L;

    /// Numbers of a small world: `9` before a number means `+9`, 112 is help, `+99` costs.
    private static final DialPlan WORLD =
            new DialPlan() {
                @Override
                public String meant(String called) {
                    return called.startsWith("9") ? "+" + called : called.replace("-", "");
                }

                @Override
                public boolean isEmergency(String called) {
                    return called.replace("-", "").equals("112");
                }

                @Override
                public Optional<EndCause> refuses(String called, String dialled) {
                    return dialled.contains("99")
                            ? Optional.of(EndCause.gateway("number-blocked", 403, 21, "costs"))
                            : Optional.empty();
                }
            };

    private static CallRoutes.Route route(String number, CallPlan.Attempt... attempts) {
        return new CallRoutes.Route("web", number, List.of(attempts), CodecPreference.QUALITY);
    }

    private static CallPlan.Attempt trunk(String prefix) {
        return new CallPlan.Attempt(
                new Target.Trunk("pbx", ""), 20 * SECOND, called -> prefix + called.substring(1));
    }

    private static List<Target> targets(CallPlan plan) {
        return plan.attempts().stream().map(CallPlan.Attempt::target).toList();
    }

    @Test
    public void routeIsFoundByWhatIsMeantAndDialsThat() {
        CallRoutes routes = new CallRoutes(List.of(route("+9*", trunk("00"))), WORLD);

        assertThat(targets(routes.plan("web", "912")))
                .containsExactly(new Target.Trunk("pbx", "00912"));
        assertThat(targets(routes.plan("web", "+912")))
                .containsExactly(new Target.Trunk("pbx", "00912"));
        assertThat(routes.plan("pbx", "+912").attempts()).isEmpty();
        assertThat(routes.plan("web", "+812").refusal()).isEmpty();
    }

    @Test
    public void blockedNumberIsAskedOfNoTrunkAndSaysWhy() {
        CallRoutes routes = new CallRoutes(List.of(route("+9*", trunk("00"), trunk("0"))), WORLD);

        CallPlan plan = routes.plan("web", "+991");

        assertThat(plan.attempts()).isEmpty();
        assertThat(plan.refusal().orElseThrow().sipCode()).isEqualTo(403);
    }

    @Test
    public void whatIsBlockedForTrunksStillRingsAgents() {
        CallPlan.Attempt alice = new CallPlan.Attempt(new Target.Agent("alice"), SECOND);
        CallRoutes routes = new CallRoutes(List.of(route("+9*", trunk("00"), alice)), WORLD);

        CallPlan plan = routes.plan("web", "+991");

        assertThat(targets(plan)).containsExactly(new Target.Agent("alice"));
        assertThat(plan.refusal()).isEmpty();
    }

    @Test
    public void emergencyNumberIsDialledAsItIs() {
        CallRoutes routes = new CallRoutes(List.of(route("1*", trunk("0099"))), WORLD);

        assertThat(targets(routes.plan("web", "1-12")))
                .containsExactly(new Target.Trunk("pbx", "112"));
        assertThat(routes.isEmergency("112")).isTrue();
    }

    @Test
    public void trunkLeadsIntoItsOwnCallsOnly() {
        ReplacedDialog dialog = new ReplacedDialog("a", "b", "c", false);
        CallPlan.Attempt alice = new CallPlan.Attempt(new Target.Agent("alice"), SECOND);
        CallPlan.Attempt other =
                new CallPlan.Attempt(new Target.Trunk("other", ""), SECOND, called -> called);
        CallRoutes routes =
                new CallRoutes(
                        List.of(
                                new CallRoutes.Route(
                                        "pbx",
                                        "+9*",
                                        List.of(alice, other, trunk("00")),
                                        CodecPreference.QUALITY)),
                        WORLD);
        var ours = new TransferOrder.Takeover.AtSource(dialog, false);
        var its = new TransferOrder.Takeover.AtSource(dialog, true);

        assertThat(targets(routes.planInto("pbx", "+912", ours, SECOND)))
                .containsExactly(new Target.Dialog("pbx", "00912", dialog));
        assertThat(targets(routes.planInto("pbx", "300", ours, SECOND))).isEmpty();
        assertThat(targets(routes.planInto("other", "+912", ours, SECOND))).isEmpty();
        assertThat(targets(routes.planInto("pbx", "300", its, SECOND)))
                .containsExactly(new Target.Dialog("pbx", "300", dialog));
        assertThat(routes.planInto("pbx", "+991", its, SECOND).refusal().orElseThrow().sipCode())
                .isEqualTo(403);
        assertThat(targets(routes.planInto("pbx", "+991", its, SECOND))).isEmpty();
        assertThat(targets(routes.planInto("pbx", "112", its, SECOND))).isEmpty();
    }

    @Test
    public void emergencyNumberWithoutARouteSaysSo() {
        CallRoutes routes = new CallRoutes(List.of(route("+9*", trunk("00"))), WORLD);

        assertThat(routes.plan("web", "112").refusal().orElseThrow().detail())
                .contains("use another phone");
    }
}
