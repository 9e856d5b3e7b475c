package offhook.cdr;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;

/// A search that was ended because it took too long.
public final class SlowSearchException extends IOException {

    private static final long serialVersionUID = 1L;

    SlowSearchException(Duration limit, SQLException cause) {
        super(
                "the search took longer than "
                        + limit.toMillis() / 1000.0
                        + " s and was ended: take a shorter time (since, until), or name a trunk,"
                        + " agent, queue or verdict",
                cause);
    }
}
