package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.call.CallId;
import offhook.call.LegId;
import offhook.runtime.Owner;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// How long it is known how calls sounded at their pages.
public class PageViewsTest {

    private long nowNanos;
    private Owner owner;
    private PageViews views;

    @BeforeMethod
    public void freshViews() {
        nowNanos = 1_000;
        owner =
                new Owner(
                        "test",
                        () -> nowNanos,
                        2,
                        defect -> {
                            throw defect;
                        });
        views = new PageViews(owner);
    }

    @Test
    public void allLegsOfACallAreKnownUntilAMinuteAfterItsEnd() {
        CallId call = CallId.next();
        warn(new LegId(call, 1));
        warn(new LegId(call, 2));
        CallId other = CallId.next();
        warn(new LegId(other, 1));

        views.onCallOver(call);
        owner.runPending();
        nowNanos += PageViews.KEPT.toNanos() - 1;
        owner.runPending();
        assertThat(views.of(new LegId(call, 1))).isPresent();
        assertThat(views.of(new LegId(call, 2))).isPresent();

        nowNanos++;
        owner.runPending();
        assertThat(views.of(new LegId(call, 1))).isEmpty();
        assertThat(views.of(new LegId(call, 2))).isEmpty();
        assertThat(views.of(new LegId(other, 1))).isPresent();
    }

    @Test
    public void ownerWithoutRoomLeavesNothingBehind() {
        CallId call = CallId.next();
        warn(new LegId(call, 1));
        for (int i = 0; i < 4; i++) {
            owner.postEnding(() -> {});
        }

        views.onCallOver(call);

        assertThat(views.of(new LegId(call, 1))).isEmpty();
    }

    private void warn(LegId leg) {
        views.onWarning(leg, new ClientMessage.Warning(leg.call(), "high-rtt", "rtt", true));
    }
}
