package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testng.annotations.Test;

public class IncomingCallTest {

    private static final Party ANN = new Party("+34911000001", "Ann");
    private static final CallDetails WITHHELD =
            CallDetails.ofAgent("alice", true, Map.of("X-Case", "4711"));

    private static IncomingCall of(CallDetails details) {
        return new IncomingCall(
                "pbx",
                ANN,
                new Party("200", ""),
                new MediaProfile.Trunk("pbx"),
                Optional.empty(),
                "id",
                details);
    }

    @Test
    public void withheldCallerIsShownAsNobody() {
        assertThat(of(WITHHELD).shownCaller()).isEqualTo(new Party("", ""));
        assertThat(of(CallDetails.NONE).shownCaller()).isEqualTo(ANN);
    }

    @Test
    public void targetOfATransferIsToldWhatIsKnownOfTheCallerWithTheCallerOnly() {
        IncomingCall call = of(WITHHELD);

        assertThat(call.shownAs(call.shownCaller(), "300", Enclosed.NOTHING).details())
                .isEqualTo(WITHHELD);
        assertThat(call.shownAs(new Party("bob", ""), "300", Enclosed.NOTHING).details())
                .isEqualTo(CallDetails.NONE);
    }

    @Test
    public void whatComesWithATransferGoesBeforeWhatCameWithTheCall() {
        UserToUser earlier = new UserToUser("31", "hex", "", "", "1");
        UserToUser later = new UserToUser("32", "hex", "", "", "2");
        Map<String, String> came = new LinkedHashMap<>();
        came.put("X-Case", "1");
        for (int i = 0; i < 15; i++) {
            came.put("X-" + i, "a");
        }
        IncomingCall call =
                of(
                        new CallDetails(
                                false,
                                CallDetails.Verification.PASSED,
                                List.of(),
                                Optional.of(earlier),
                                came));

        CallDetails shown =
                call.shownAs(
                                ANN,
                                "300",
                                new Enclosed(
                                        Optional.of(later), Map.of("x-case", "2", "X-New", "3")))
                        .details();

        assertThat(shown.userToUser()).contains(later);
        assertThat(shown.headers())
                .hasSize(16)
                .containsEntry("x-case", "2")
                .containsEntry("X-New", "3")
                .containsEntry("X-0", "a")
                .doesNotContainKey("X-Case");
        assertThat(shown.verification()).isEqualTo(CallDetails.Verification.PASSED);
        CallDetails ofAnother =
                call.shownAs(new Party("bob", ""), "300", Enclosed.of(Map.of("X-New", "3")))
                        .details();
        assertThat(ofAnother).isEqualTo(CallDetails.NONE.with(Enclosed.of(Map.of("X-New", "3"))));
    }
}
