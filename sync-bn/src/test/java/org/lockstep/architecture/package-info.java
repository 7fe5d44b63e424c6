/** The rules of the house that ArchUnit holds in every module; start with {@link HouseRules}. */
@NullMarked
package org.lockstep.architecture;

import org.jspecify.annotations.NullMarked;
