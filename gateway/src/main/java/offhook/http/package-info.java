/// What bounds every HTTP server of the gateway alike. May import: `runtime`, and Jetty with `web`
/// and `ops`.
@NullMarked
package offhook.http;

import org.jspecify.annotations.NullMarked;
