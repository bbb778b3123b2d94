/**
 * The platform's front end on this machine: endpoints that call model servers as the platform does,
 * probe them, and change requests and replies on the way.
 *
 * <p>What the platform does not document is an assumption, and the Javadoc says so where it is
 * made.
 */
@NullMarked
package io.github.vertexj.emulator;

import org.jspecify.annotations.NullMarked;
