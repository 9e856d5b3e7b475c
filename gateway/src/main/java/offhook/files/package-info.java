/// Makes the files that hold what others on the machine must not read. May import: no room.
@NullMarked
package offhook.files;

import org.jspecify.annotations.NullMarked;
