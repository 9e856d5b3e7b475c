package offhook.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.config.ConfigLoader;
import org.testng.annotations.Test;

public class StartPlanTest {

    @Test
    public void eachTrunkAndRouteSaysWhatItPrefersInTheEnd() throws Exception {
        Map<String, List<String>> plan =
                StartPlan.of(
                        ConfigLoader.load(
                                        "gateway.yaml",
                                        """
                                        trunks:
                                          - {name: pbx, addresses: [192.0.2.1], prefer: auto, advertise: 203.0.113.9}
                                          - {name: sip, addresses: [192.0.2.2], uri: 'sip:a.example', register: true, contact-user: gw}
                                        agents: {users: [{name: alice, password-hash: "%s"}]}
                                        routes:
                                          - {trunk: pbx, number: "1", to: "agent:alice"}
                                          - {trunk: pbx, number: "2*", to: "agent:alice", prefer: capacity}
                                          - {trunk: sip, number: "1", to: "agent:alice"}
                                        """
                                                .formatted("$2b$10$" + "a".repeat(53)),
                                        _ -> Optional.empty(),
                                        Path.of("/"))
                                .config());

        assertThat(plan.get("trunks"))
                .satisfiesExactly(
                        pbx ->
                                assertThat(pbx)
                                        .startsWith("pbx: ")
                                        .endsWith(
                                                ", is told 203.0.113.9, is told for audio"
                                                        + " 203.0.113.9, prefers auto"),
                        sip ->
                                assertThat(sip)
                                        .startsWith("sip: ")
                                        .contains(", registers with sip:a.example for 300 s, ")
                                        .endsWith(", prefers quality"));
        assertThat(plan.get("routes"))
                .containsExactly(
                        "pbx 1 -> agent:alice, rings 30 s, prefers auto",
                        "pbx 2* -> agent:alice, rings 30 s, prefers capacity",
                        "sip 1 -> agent:alice, rings 30 s, prefers quality");
    }

    @Test
    public void routeToAQueueSaysHowLongCallersWaitThere() throws Exception {
        Map<String, List<String>> plan =
                StartPlan.of(
                        ConfigLoader.load(
                                        "gateway.yaml",
                                        """
                                        trunks: [{name: pbx, addresses: [192.0.2.1]}]
                                        agents: {users: [{name: alice, password-hash: "%s"}]}
                                        queues:
                                          - {name: sales, agents: [alice], ring-seconds: 15, max-wait-seconds: 240}
                                          - {name: desk, agents: [alice], max-waiting: 0}
                                        routes:
                                          - {trunk: pbx, number: "1", to: "queue:sales"}
                                          - {trunk: pbx, number: "2", to: ["agent:alice", "queue:sales"], ring-seconds: 12}
                                          - {trunk: pbx, number: "3", to: "queue:desk"}
                                        """
                                                .formatted("$2b$10$" + "a".repeat(53)),
                                        _ -> Optional.empty(),
                                        Path.of("/"))
                                .config());

        assertThat(plan.get("routes"))
                .containsExactly(
                        "pbx 1 -> queue:sales (callers wait up to 240 s, each agent rings 15 s),"
                                + " prefers quality",
                        "pbx 2 -> agent:alice, then queue:sales (callers wait up to 240 s, each"
                                + " agent rings 15 s), rings 12 s, prefers quality",
                        "pbx 3 -> queue:desk (nobody waits, each agent rings 20 s), prefers"
                                + " quality");
    }
}
