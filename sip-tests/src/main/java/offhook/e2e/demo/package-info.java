/// The demo: one real call through the gateway, measured from outside.
///
/// May import: every other package of e2e, codec.quality, picocli, Jackson.
@NullMarked
package offhook.e2e.demo;

import org.jspecify.annotations.NullMarked;
