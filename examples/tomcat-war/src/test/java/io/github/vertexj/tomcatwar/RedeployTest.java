package io.github.vertexj.tomcatwar;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.tools.attach.VirtualMachine;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** A new WAR in the same process, where native libraries can be loaded only once. */
@EnabledOnOs(OS.LINUX)
class RedeployTest {
  private static final int REDEPLOYMENTS = 10;
  private static final long NOISE_MEBIBYTES = 24;

  // The agent for JMX starts with the JVM: started later, its threads have no context class loader,
  // which
  // Tomcat's redeployment does not survive.
  private static final Map<String, String> MANAGED =
      Map.of(
          "JVM_OPTS",
          "-Dcom.sun.management.jmxremote -Dorg.apache.tomcat.util.digester.PROPERTY_SOURCE="
              + "org.apache.tomcat.util.digester.EnvironmentPropertySource");

  @Test
  void war_redeployedTenTimes_predictsAndLeavesNothingBehind(@TempDir Path base) throws Exception {
    String envelope = Digits.envelope(Digits.heldOut().subList(0, 64));
    try (TomcatProcess tomcat =
            TomcatProcess.start(TomcatProcess.layOut(base), MANAGED).awaitHealth(200);
        Console console = Console.of(tomcat)) {
      String prediction = tomcat.predict(envelope).body();
      List<String> threads = lasting(console.threadsOfOurs());
      List<Long> resident = new ArrayList<>();
      for (int i = 1; i <= REDEPLOYMENTS; i++) {
        console.redeploy(base.resolve("webapps/ROOT.war"), i);
        tomcat.awaitHealth(200);
        assertThat(tomcat.predict(envelope).body()).isEqualTo(prediction);
        console.awaitOneLoader();
        assertThat(lasting(console.threadsOfOurs())).isEqualTo(threads);
        resident.add(tomcat.residentMebibytes());
      }
      assertThat(threads).isNotEmpty();
      assertThat(resident.get(REDEPLOYMENTS - 1) - resident.get(2))
          .as("growth from the third redeployment on: %s", resident)
          .isLessThan(NOISE_MEBIBYTES);
      assertThat(tomcat.stdout().split("Ready: ", -1)).hasSize(REDEPLOYMENTS + 2);
      assertThat(tomcat.output()).doesNotContain("ERROR", "leak");
    }
  }

  /** All but the threads that come and go with the handlers' clock. */
  private static List<String> lasting(List<String> threads) {
    return threads.stream().filter(name -> !name.contains("vertex-raw-beat-")).toList();
  }

  @Test
  void war_thatHoldsDjlItself_saysAtTheSecondDeploymentWhereItBelongs(@TempDir Path base)
      throws Exception {
    TomcatProcess.layOut(base);
    Path war = base.resolve("webapps/ROOT.war");
    putDjlInto(war);
    separateLib(base);
    try (TomcatProcess tomcat = TomcatProcess.start(base, MANAGED).awaitHealth(200);
        Console console = Console.of(tomcat)) {
      console.redeploy(war, 1);
      String health = tomcat.awaitHealth(503).get("/health").body();
      while (health.contains("\"starting\"")) {
        health = tomcat.get("/health").body();
      }
      assertThat(health)
          .contains(
              "\"failed\"", "put DJL's jars into the servlet container's shared class loader");
    }
  }

  /** As somebody does who takes the WAR for an ordinary one: the dependencies into WEB-INF/lib. */
  private static void putDjlInto(Path war) throws IOException {
    try (FileSystem zip = FileSystems.newFileSystem(URI.create("jar:" + war.toUri()), Map.of());
        Stream<Path> jars = Files.list(TomcatProcess.lib())) {
      for (Path jar : jars.toList()) {
        String name = jar.getFileName().toString();
        if (!name.contains("logback") && !name.contains("jul-to-slf4j")) {
          Files.copy(jar, zip.getPath("WEB-INF/lib", name));
        }
      }
    }
  }

  private static void separateLib(Path base) throws IOException {
    Files.delete(base.resolve("lib"));
    Files.delete(base.resolve("conf/context.xml"));
    Files.writeString(
        base.resolve("conf/server.xml"),
        """
        <Server port="-1"><Service name="Catalina"><Connector port="${AIP_HTTP_PORT}" />
        <Engine name="Catalina" defaultHost="localhost"><Host name="localhost" autoDeploy="false" /></Engine>
        </Service></Server>
        """);
  }

  /** The process as an operator sees it, by JMX. */
  private record Console(JMXConnector connector, MBeanServerConnection beans)
      implements AutoCloseable {
    private static final Pattern LOADERS =
        Pattern.compile(
            "(\\d+) +\\d+ +org\\.apache\\.catalina\\.loader\\.ParallelWebappClassLoader");

    static Console of(TomcatProcess tomcat) throws Exception {
      VirtualMachine machine = VirtualMachine.attach(Long.toString(tomcat.pid()));
      try {
        JMXServiceURL url = new JMXServiceURL(machine.startLocalManagementAgent());
        JMXConnector connector = JMXConnectorFactory.connect(url);
        return new Console(connector, connector.getMBeanServerConnection());
      } finally {
        machine.detach();
      }
    }

    /** Undeploys the WAR and deploys it anew, as Tomcat does when the file has changed. */
    void redeploy(Path war, int times) throws Exception {
      Files.setLastModifiedTime(war, FileTime.fromMillis(1_700_000_000_000L + times * 60_000L));
      beans.invoke(
          new ObjectName("Catalina:type=Deployer,host=localhost"),
          "check",
          new Object[] {""},
          new String[] {String.class.getName()});
    }

    /**
     * Waits until Tomcat, which looks after its own things once a second, has let the old one go.
     */
    void awaitOneLoader() throws Exception {
      int loaders = reachableLoaders();
      for (int tries = 0; loaders != 1 && tries < 100; tries++) {
        loaders = reachableLoaders();
      }
      assertThat(loaders).as("class loaders of web applications").isEqualTo(1);
    }

    private int reachableLoaders() throws Exception {
      String histogram =
          (String)
              beans.invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "gcClassHistogram",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      Matcher line = LOADERS.matcher(histogram);
      return line.find() ? Integer.parseInt(line.group(1)) : 0;
    }

    List<String> threadsOfOurs() throws Exception {
      String dump =
          (String)
              beans.invoke(
                  new ObjectName("com.sun.management:type=DiagnosticCommand"),
                  "threadPrint",
                  new Object[] {new String[0]},
                  new String[] {String[].class.getName()});
      return dump.lines()
          .filter(line -> line.startsWith("\"vertex-") && !line.startsWith("\"vertex-load\""))
          .map(line -> line.substring(0, line.indexOf('"', 1) + 1))
          .sorted()
          .toList();
    }

    @Override
    public void close() throws IOException {
      connector.close();
    }
  }
}
