using Microsoft.ML.Runtime;

namespace Tricks.MLNet.Interop;

/// <summary>Lines that reach the handlers of <c>mlContext.Log</c>.</summary>
/// <remarks>
/// Only channels do; ML.NET's progress channels never get there. A channel lives as long as one activity, so one is
/// opened per line here and nothing has to be closed by the caller.
/// </remarks>
/// <param name="environment">The environment whose log is written.</param>
/// <param name="source">Who speaks, such as "ConvNet"; the log shows it as the source.</param>
internal sealed class HostLog(IHostEnvironment environment, string source)
{
    private readonly IHost _host = environment.Register(source);

    public void Info(string activity, string message)
    {
        using var channel = _host.Start(activity);
        channel.Info(MessageSensitivity.None, "{0}", message); // the message may hold braces: a path, a JSON text
    }

    public void Warning(string activity, string message)
    {
        using var channel = _host.Start(activity);
        channel.Warning(MessageSensitivity.None, "{0}", message);
    }
}
