package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.testng.annotations.Test;

public class DescriptorWatchTest {

    private final DescriptorWatch watch = DescriptorWatch.ofThisProcess();

    @Test
    public void fewIsNinetyOfAHundredUntilThereAreFewerThanEighty() {
        assertThat(watch.judge(899, 1000)).isEmpty();
        assertThat(watch.judge(900, 1000).get("")).startsWith("900 of 1000 file descriptors");
        assertThat(watch.judge(800, 1000)).hasSize(1);
        assertThat(watch.judge(799, 1000)).isEmpty();
        assertThat(watch.judge(850, 1000)).isEmpty();
    }

    @Test
    public void aLimitThatIsRaisedEndsIt() {
        assertThat(watch.judge(1000, 1000)).hasSize(1);
        assertThat(watch.judge(1000, 65_536)).isEmpty();
    }

    @Test
    public void thisProcessHasEnough() {
        assertThat(watch.trouble()).isEqualTo(Map.of());
    }
}
