using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tricks.Torch.Tests.Weights;

/// <summary>A real HTTP server on loopback; each connection is answered by the next of the given answers.</summary>
internal sealed class FaultyServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _loop;

    /// <param name="answers">Each gets the request's head and writes bytes; the connection is closed behind it.</param>
    internal FaultyServer(params Func<string, Stream, CancellationToken, Task>[] answers)
    {
        _listener.Start();
        _loop = Task.Run(() => AnswerAsync(answers));
    }

    internal List<string> Requests { get; } = [];

    internal string Url(string file) => $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/{file}";

    /// <summary>A status, headers, and a body that may be cut off.</summary>
    internal static Func<string, Stream, CancellationToken, Task> Answer(string status, byte[] body, params string[] headers) => async (_, stream, end) =>
    {
        var head = $"HTTP/1.1 {status}\r\nConnection: close\r\n{string.Concat(headers.Select(header => header + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), end);
        await stream.WriteAsync(body, end);
    };

    /// <summary>The same, and then silence.</summary>
    internal static Func<string, Stream, CancellationToken, Task> Silent(string status, byte[] body, params string[] headers) => async (request, stream, end) =>
    {
        await Answer(status, body, headers)(request, stream, end);
        await Task.Delay(Timeout.Infinite, end);
    };

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        try
        {
            _loop.Wait();
        }
        catch (AggregateException)
        {
            // The listener was stopped while it waited.
        }

        _end.Dispose();
    }

    private async Task AnswerAsync(Func<string, Stream, CancellationToken, Task>[] answers)
    {
        foreach (var answer in answers)
        {
            using var client = await _listener.AcceptTcpClientAsync(_end.Token);
            await using var stream = client.GetStream();
            var request = await HeadAsync(stream);
            lock (Requests)
                Requests.Add(request);
            try
            {
                await answer(request, stream, _end.Token);
            }
            catch (IOException)
            {
                // The client went away first.
            }
        }
    }

    private async Task<string> HeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _end.Token) == 1)
            head.Append((char)one[0]);
        return head.ToString();
    }
}
