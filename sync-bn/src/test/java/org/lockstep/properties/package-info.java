/** What the properties of all modules share. */
@NullMarked
package org.lockstep.properties;

import org.jspecify.annotations.NullMarked;
