/** What Tomcat needs beside a WAR to keep the platform's contract; named in its server.xml. */
@NullMarked
package io.github.vertexj.servlet.tomcat;

import org.jspecify.annotations.NullMarked;
