namespace Tricks.Torch.Weights;

/// <summary>How weights are downloaded, and where they are kept.</summary>
public sealed record DownloadOptions
{
    /// <summary>The folder that keeps downloaded files; null (the default) takes <see cref="DefaultCacheFolder"/>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>True: nothing is downloaded, and what is not in the cache is an error. Null (the default) is true when the environment variable TRICKS_OFFLINE is 1.</summary>
    public bool? Offline { get; init; }

    /// <summary>Told about every piece that arrives, such as a <see cref="ConsoleDownloadProgress"/>.</summary>
    public IProgress<DownloadProgress>? Progress { get; init; }

    /// <summary>How long to wait for the next byte. Above 0, default 30 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often to try before giving up; each attempt goes on where the last one was cut, where the server allows it. At least 1, default 4.</summary>
    public int Attempts { get; init; } = 4;

    /// <summary>How long to wait before the second attempt; each further one waits twice as long. At least 0, default 1 s.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest file that is accepted, in bytes. At least 1, default 4 GiB.</summary>
    public long MaximumBytes { get; init; } = 1L << 32;

    /// <summary>The environment variable TRICKS_CACHE; without it <c>tricks-mlnet</c> below XDG_CACHE_HOME, or below the system's folder for such data.</summary>
    public static string DefaultCacheFolder
    {
        get
        {
            if (Environment.GetEnvironmentVariable("TRICKS_CACHE") is { Length: > 0 } folder)
                return folder;
            var parent = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg) ? xdg
                : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), OperatingSystem.IsMacOS() ? "Library/Caches" : ".cache");
            return Path.Combine(parent, "tricks-mlnet");
        }
    }

    internal bool IsOffline => Offline ?? Environment.GetEnvironmentVariable("TRICKS_OFFLINE") == "1";

    /// <summary>One sentence for every value that is out of range.</summary>
    internal IEnumerable<string> Faults()
    {
        if (Timeout <= TimeSpan.Zero || Timeout.TotalMilliseconds > int.MaxValue)
            yield return $"DownloadOptions.Timeout is {Timeout}; it must be above 0 and at most 24 days.";
        if (Attempts < 1)
            yield return $"DownloadOptions.Attempts is {Attempts}; it must be at least 1.";
        if (RetryDelay < TimeSpan.Zero || RetryDelay > TimeSpan.FromMinutes(1))
            yield return $"DownloadOptions.RetryDelay is {RetryDelay}; it must be from 0 to 1 minute.";
        if (MaximumBytes < 1)
            yield return $"DownloadOptions.MaximumBytes is {MaximumBytes}; it must be at least 1.";
    }
}
