/// What every HTTP server of the gateway has alike: what bounds it, who guesses passwords, files,
/// strict headers. May import: `runtime`, and Jetty with `web` and `console`.
@NullMarked
package offhook.http;

import org.jspecify.annotations.NullMarked;
