/** What batch norm does, in examples that can be checked by hand or against published figures. */
@NullMarked
package org.lockstep.examples.tutorial;

import org.jspecify.annotations.NullMarked;
