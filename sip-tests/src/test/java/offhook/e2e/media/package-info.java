/// Calls over networks and with peers that are not what they should be: what both ends hear then.
///
/// May import: everything of e2e.
@NullMarked
package offhook.e2e.media;

import org.jspecify.annotations.NullMarked;
