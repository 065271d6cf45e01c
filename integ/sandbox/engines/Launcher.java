import com.almworks.sqlite4java.SQLiteConnection;
import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import com.amazonaws.services.dynamodbv2.local.shared.access.sqlite.SQLiteDBAccess;
import java.io.File;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * Starts DynamoDB Local, which has no option for the address it listens on, on 127.0.0.1 only; indexes its stream records; and ends
 * when standard input does, so that it never outlives the process that started it. The first argument is the database file, the
 * others are DynamoDB Local's own.
 */
public final class Launcher {
  public static void main(String[] args) throws Exception {
    String[] own = java.util.Arrays.copyOfRange(args, 1, args.length);
    DynamoDBProxyServer proxy = ServerRunner.createServerFromCommandLineArgs(own);
    Field server = DynamoDBProxyServer.class.getDeclaredField("server");
    server.setAccessible(true);
    for (Connector connector : ((Server) server.get(proxy)).getConnectors()) {
      ((ServerConnector) connector).setHost("127.0.0.1");
    }
    indexStreamRecords(new File(args[0]));
    proxy.start();
    System.out.println("READY");
    while (System.in.read() != -1) {}
    System.exit(0);
  }

  /** Without it each write reads all stream records: 5,000 writes take minutes instead of seconds. */
  private static void indexStreamRecords(File database) throws Exception {
    new SQLiteDBAccess(database).close();
    SQLiteConnection connection = new SQLiteConnection(database);
    connection.open(false);
    connection.exec("CREATE INDEX IF NOT EXISTS us_by_sequence ON us(StreamID, SequenceNumber)");
    connection.dispose();
  }
}
