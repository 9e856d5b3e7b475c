package offhook.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.testng.annotations.Test;

public class QuantilesTest {

    @Test
    public void theyAreTheFiguresThatThatPartDoesNotExceed() {
        List<Double> figures =
                new ArrayList<>(IntStream.rangeClosed(1, 1000).asDoubleStream().boxed().toList());
        Collections.shuffle(figures, new Random(3));

        assertThat(Quantiles.of(figures)).isEqualTo(new Quantiles(500, 950, 990, 999, 1000));
    }

    @Test
    public void ofFewTheHighOnesAreTheHighest() {
        assertThat(Quantiles.of(List.of(3.0, 1.0, 2.0))).isEqualTo(new Quantiles(2, 3, 3, 3, 3));
        assertThat(Quantiles.of(List.of(4.0))).isEqualTo(new Quantiles(4, 4, 4, 4, 1));
    }

    @Test
    public void ofNoneThereAreNone() {
        assertThat(Quantiles.of(List.of()).p50()).isNaN();
        assertThat(Quantiles.of(List.of()).p999()).isNaN();
    }
}
